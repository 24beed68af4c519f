// Questions through the load balancer, by people who sign in for each of them.
import { composeQuietly } from '../../infra/containers/compose.mjs'

const PATIENT = '08825133489'

/** What a nurse is told of a patient's measurements: rows, completeness, the status of each source; or what was said instead. */
export function ask() {
  const { body, said } = kilde('query', '--as', 'nurse', '--patient', PATIENT)
  const list = body?.data?.patient?.observations
  return {
    ...(said && { said }),
    complete: list?.complete,
    rows: list?.nodes.length,
    status: Object.fromEntries(
      (list?.sources ?? []).map(({ organization, status }) => [organization.name, status]),
    ),
  }
}

/** Which gateways' own logs a patient is told of, by the names that the operator's node gives them. */
export function askPatientsLog() {
  const { body, said } = kilde('access-log', '--as', 'patient', '--json', '--first', '200')
  const entries = body?.data?.patient?.accessLog?.nodes ?? []
  const names = entries
    .filter(({ recordedBy }) => recordedBy.some(({ log }) => log === 'GATEWAY'))
    .map(({ id }) => Number(id.split('.')[1].split('-')[0]))
  return {
    ...(said && { said }),
    entries: entries.length,
    gateways: [...new Set(names)].toSorted((a, b) => a - b),
  }
}

/** What the collector got, and the metrics of each of these services. */
export function readTelemetry(services) {
  const { status, stdout, stderr } = composeQuietly([
    ...['run', '--rm', '--no-deps', 'telemetry', ...services],
  ])
  if (status !== 0) throw new Error(`telemetry is not read: ${stderr}`)
  return JSON.parse(stdout)
}

function kilde(...args) {
  const { stdout, stderr } = composeQuietly(['run', '--rm', '--no-deps', 'kilde', ...args])
  const start = stdout.indexOf('{')
  // Compose says beside it what it creates.
  const lines = stderr.split('\n').filter((line) => line.startsWith('kilde:'))
  return { body: start < 0 ? undefined : JSON.parse(stdout.slice(start)), said: lines.join(' ') }
}
