/**
 * Everything that telemetry may tell. What is not in these lists cannot be set: the types do not let it through, and at run time
 * it is dropped (attributes.ts). No entry can hold a person, a text of a request, an address or a secret.
 */

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/
const NAME = /^[A-Za-z_]\w{0,63}$/

interface TextAttribute {
  readonly form: RegExp
  readonly about: string
}

interface CountAttribute {
  readonly form: 'count'
  readonly about: string
}

const text = (form: RegExp, about: string): TextAttribute => ({ form, about })
const count = (about: string): CountAttribute => ({ form: 'count', about })

export const attributes = {
  'http.request.method': text(
    /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|_OTHER)$/,
    'Method of the request.',
  ),
  'http.response.status_code': count('Status of the answer.'),
  'http.route': text(
    /^[\w/:.*-]{1,100}$/,
    'The service’s own pattern that the address fits, never the address.',
  ),
  'error.type': text(CODE, 'Stable code of the error that a step ended with (docs/errors.md).'),
  'kilde.step': text(/^[a-z]+\.[A-Za-z]+$/, 'Name of the span, in metrics.'),
  'kilde.operation': text(
    NAME,
    'Name of the operation where it is registered (KILDE_REGISTERED_OPERATIONS), else `other`.',
  ),
  'kilde.organization': text(/^\d{9}$/, 'Number of the organisation that is asked.'),
  'kilde.status': text(CODE, 'What came of asking it: `SourceStatus` of the contract.'),
  'kilde.reason': text(CODE, 'Why: `ReasonCode` of the contract.'),
  'kilde.class': text(/^[A-Za-z]{1,64}$/, 'Class of data that is read.'),
  'kilde.rows': count('Rows that an organisation sent.'),
  'kilde.bytes': count('Bytes that an organisation sent.'),
} as const satisfies Readonly<Record<string, TextAttribute | CountAttribute>>

type Spec = typeof attributes
export type AttributeName = keyof Spec
export type Attributes = {
  readonly [K in AttributeName]?: (Spec[K] extends CountAttribute ? number : string) | undefined
}

interface SpanEntry {
  readonly kind: 'SERVER' | 'CLIENT' | 'INTERNAL'
  readonly about: string
}

const step = (about: string): SpanEntry => ({ kind: 'INTERNAL', about })

export const spans = {
  'http.request': { kind: 'SERVER', about: 'A request, from its head to the end of its answer.' },
  'gateway.authenticate': step('Token, proof and attest are verified.'),
  'gateway.admit': step('The requester’s allowance is asked for.'),
  'gateway.plan': step('The operation is read and bounded.'),
  'gateway.meet': step('The patient is counted among the requester’s.'),
  'gateway.bindAttest': step('The attest is bound to the patient.'),
  'gateway.run': step('The operation is carried out.'),
  'gateway.locate': step('Who may hold data is found out.'),
  'gateway.afford': step('The cost of asking them is bounded.'),
  'gateway.fanOut': step('All of them are asked at once.'),
  'gateway.source': { kind: 'CLIENT', about: 'One organisation is asked.' },
  'gateway.askAgain': step('Those whose page ran out are asked for more.'),
  'gateway.merge': step('One answer is made of all.'),
  'gateway.audit': step('The record is written.'),
  'gateway.respond': step('The answer leaves.'),
  'gateway.open': step('A stream of parts is begun.'),
  'gateway.renew': step('A stream is given a new token.'),
  'gateway.auditPart': step('The record of a part is written.'),
  'gateway.refuse': step('A refusal is recorded and answered.'),
  'node.verifyToken': step('Token, proof and attest are verified.'),
  'node.verifyContext': step('What the requester signed is verified.'),
  'node.understand': step('The question is read and bounded.'),
  'node.identify': step('The numbers that the patient has had are found.'),
  'node.bindAttest': step('The attest is bound to the patient.'),
  'node.policy': step('The rules decide what is open.'),
  'node.read': step('What is open is read.'),
  'node.source': step('One class is read from the source, in `node.read`.'),
  'node.minimise': step('The answer is made of the selected fields.'),
  'node.audit': step('The record is written.'),
  'node.respond': step('The answer leaves.'),
  'node.describe': step('The contract itself is told.'),
  'node.open': step('A stream of what is new is begun.'),
  'node.refuse': step('A refusal is recorded and answered.'),
  'privacy.decide': step('Who may see or change the statements is decided.'),
  'privacy.audit': step('The record is written.'),
  'privacy.keep': step('A change is kept.'),
  'privacy.distribute': step('A change is sent to the nodes.'),
  'privacy.gather': step('The statements are gathered.'),
  'privacy.refuse': step('A refusal is recorded.'),
} as const satisfies Readonly<Record<string, SpanEntry>>

export type SpanName = keyof typeof spans

interface MetricEntry {
  readonly kind: 'histogram' | 'counter' | 'gauge'
  readonly unit: string
  readonly about: string
  readonly labels: readonly AttributeName[]
  /** Which spans it is made of when they end. Absent: what is set by hand, or asked of the process. */
  readonly of?: (name: SpanName) => boolean
  /** What is recorded of the span: how long it took, or one of its attributes. */
  readonly value?: 'seconds' | AttributeName
}

const isRequest = (name: SpanName): boolean => name === 'http.request'
const isSource = (name: SpanName): boolean => name === 'gateway.source'

export const metrics = {
  'http.server.request.duration': {
    ...{ kind: 'histogram', unit: 's', of: isRequest, value: 'seconds' },
    about: 'How long requests take.',
    labels: ['http.request.method', 'http.route', 'http.response.status_code'],
  },
  'kilde.step.duration': {
    ...{ kind: 'histogram', unit: 's', of: (name) => !isRequest(name), value: 'seconds' },
    about: 'How long each step takes, and what it ends with.',
    labels: ['kilde.step', 'error.type'],
  },
  'kilde.operation.duration': {
    ...{ kind: 'histogram', unit: 's', of: (name) => name === 'gateway.run', value: 'seconds' },
    about: 'How long carrying out each registered operation takes.',
    labels: ['kilde.operation', 'error.type'],
  },
  'kilde.source.duration': {
    ...{ kind: 'histogram', unit: 's', of: isSource, value: 'seconds' },
    about: 'How long each organisation takes to answer, by what came of it.',
    labels: ['kilde.organization', 'kilde.status'],
  },
  'kilde.source.rows': {
    ...{ kind: 'counter', unit: '{row}', of: isSource, value: 'kilde.rows' },
    about: 'Rows that each organisation has sent.',
    labels: ['kilde.organization'],
  },
  'kilde.source.bytes': {
    ...{ kind: 'counter', unit: 'By', of: isSource, value: 'kilde.bytes' },
    about: 'Bytes that each organisation has sent.',
    labels: ['kilde.organization'],
  },
  'kilde.source.circuit': {
    ...{ kind: 'gauge', unit: '1' },
    about: '1 while an organisation fails and is not asked, else 0. Absent: it never failed.',
    labels: ['kilde.organization'],
  },
  'nodejs.eventloop.delay.p99': {
    ...{ kind: 'gauge', unit: 's' },
    about: '99th percentile of how late the event loop is, since the last export.',
    labels: [],
  },
  'nodejs.eventloop.utilization': {
    ...{ kind: 'gauge', unit: '1' },
    about: 'Share of time in which the event loop works, since the last export.',
    labels: [],
  },
  'process.memory.usage': {
    ...{ kind: 'gauge', unit: 'By' },
    about: 'Memory of the process (resident set).',
    labels: [],
  },
  'v8js.memory.heap.used': {
    ...{ kind: 'gauge', unit: 'By' },
    about: 'JavaScript heap in use.',
    labels: [],
  },
  'process.cpu.time': {
    ...{ kind: 'counter', unit: 's' },
    about: 'Processor time of the process.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricEntry>>

export type MetricName = keyof typeof metrics
export const metricEntries = Object.entries(metrics) as readonly (readonly [
  MetricName,
  MetricEntry,
])[]
