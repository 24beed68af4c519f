// What docs/telemetry.md lists: spans, attributes and metrics, from the lists that telemetry is held to.
import { attributes, metrics, spans } from '@kilde/service'

const code = (text) => `\`${text}\``

const TEXT = `Traces and metrics by OpenTelemetry, and the log joined to them. Off unless a collector is named; then no SDK is loaded.

\`\`\`
OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318    # traces and metrics, OTLP over HTTP
OTEL_METRICS_EXPORTER=prometheus                     # or: metrics to be read at :9464/metrics, a port of their own
\`\`\`

All settings are in [configuration](configuration.md); they are those of the OpenTelemetry specification but for \`KILDE_TRACE_CALLERS\`.

- **One trace** goes from the gateway's request through its steps, to each organisation that is asked (header \`traceparent\`), through the
  steps there, to the source. The audit records and the lines of the log of a request hold the same trace-id (\`trace\`, \`trace_id\`).
- **A caller's trace** is linked to at the gateway, and goes on elsewhere: at a node it is the gateway's. \`KILDE_TRACE_CALLERS\` says otherwise.
  Ids that hold what may be a person's number are not taken. \`tracestate\` and baggage are never read and never sent.
- **Only what is listed below is told.** There is no other way to set an attribute: the types refuse it, and at run time whatever is
  not on the list or has not its form is dropped. No patient, requester, text, address or secret fits any form. A test runs whole
  scenarios, faults included, into a collector and searches everything that arrives (\`test/canary/telemetry.test.ts\`).
- **Nothing is done for each row.** A step costs a span; where telemetry is off, the steps are called as they are.
- When a service stops, what is left is sent, for at most three seconds. A collector that is away costs nothing but what it was to
  get; that is told in the log once.
- An organisation's node exports to its own collector: how long its steps take may tell whether something was withheld.`

export const telemetryPage = (note, table) => `# Telemetry

${note}

${TEXT}

## Spans

${table(
  ['Span', 'Kind', 'Is'],
  Object.entries(spans).map(([name, { kind, about }]) => [code(name), kind, about]),
)}

## Attributes

${table(
  ['Attribute', 'Holds'],
  Object.entries(attributes).map(([name, { about }]) => [code(name), about]),
)}

## Metrics

${table(
  ['Metric', 'Kind', 'Unit', 'Is', 'By'],
  Object.entries(metrics).map(([name, { kind, unit, about, labels }]) => [
    code(name),
    kind,
    unit,
    about,
    labels.map(code).join(', '),
  ]),
)}
`
