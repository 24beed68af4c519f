import { healthCodes } from './codes.js'
import type { PartState } from './history.js'

/** What the health page tells; a public interface (docs/runbook.md). */
export interface HealthReport {
  readonly service: string
  readonly status: 'OK' | 'WARNING' | 'BROKEN' | 'STOPPING'
  /** The service's clock (ISO 8601). */
  readonly now: string
  readonly startedAt: string
  readonly parts: readonly PartState[]
}

export function statusOf(parts: readonly PartState[], stopping: boolean): HealthReport['status'] {
  if (stopping) return 'STOPPING'
  const states = new Set(parts.map(({ state }) => state))
  return states.has('BROKEN') ? 'BROKEN' : states.has('WARNING') ? 'WARNING' : 'OK'
}

/** The same for a browser: no script, no style, nothing to load. */
export function healthPage({ service, status, now, startedAt, parts }: HealthReport): string {
  const rows = parts.map(rowOf).join('\n')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${asText(service)}: ${status}</title></head>
<body><h1>${asText(service)}: ${status}</h1>
<p>${asText(now)}, started ${asText(startedAt)}</p>
<table border="1" cellpadding="4">
<tr><th>Part</th><th>State</th><th>Since</th><th>What</th><th>What to do</th><th>Last fault</th></tr>
${rows}
</table></body></html>
`
}

function rowOf({ name, state, since, code, note, lastFault }: PartState): string {
  const what = [code, note].filter((one) => one !== undefined).join(': ')
  const cells = [
    name,
    state,
    since,
    what,
    code ? healthCodes[code].remedy : '',
    lastFault ? `${lastFault.code} ${lastFault.at}` : '',
  ]
  return `<tr>${cells.map((cell) => `<td>${asText(cell)}</td>`).join('')}</tr>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const asText = (text: string): string => text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? '')
