import type { Entry, TakenOut } from './entry.js'

type Cell = string | null | undefined

const COLUMNS: Readonly<Record<string, (entry: Entry) => Cell>> = {
  recorded: ({ recorded }) => recorded,
  text: ({ text }) => text,
  outcome: ({ outcome }) => outcome,
  reason: ({ reason }) => reason?.text,
  who: ({ who }) => who.name,
  role: ({ who }) => who.role?.text,
  organization: ({ who }) => who.organization?.name,
  unit: ({ who }) => who.pointOfCare?.name,
  department: ({ who }) => who.department,
  program: ({ who }) => who.client,
  purpose: ({ purpose }) => purpose?.text,
  decision: ({ decision }) => decision?.description ?? decision?.id,
  legalBasis: ({ legalBasis }) => legalBasis,
  classes: ({ classes }) => classes.map(({ text }) => text).join('; '),
  items: ({ items }) => items.join('; '),
  logOf: ({ recordedBy }) => recordedBy.map(({ organization }) => organization?.name).join('; '),
  log: ({ recordedBy }) => recordedBy.map(({ log }) => log).join('; '),
  id: ({ id }) => id,
  trace: ({ trace }) => trace,
}

/** A table by RFC 4180, in UTF-8 with a mark so that spreadsheets take it for that. What is missing has rows of its own. */
export function toCsv({ entries, missing, complete }: TakenOut): string {
  const missed = missing.map(({ organization, status, reason }) =>
    notice(`INCOMPLETE: ${organization.name ?? 'a log'}: ${status} ${reason ?? ''}`.trim()),
  )
  const unsaid = complete || missing.length > 0 ? [] : [notice('INCOMPLETE')]
  const lines = [
    Object.keys(COLUMNS),
    ...entries.map((entry) => Object.values(COLUMNS).map((cellOf) => cellOf(entry))),
    ...missed,
    ...unsaid,
  ]
  return `\uFEFF${lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')}`
}

/** A row that cannot be taken for an access: it has no time. */
const notice = (text: string): readonly Cell[] =>
  Object.keys(COLUMNS).map((name) => (name === 'text' ? text : ''))

/** Spreadsheets take what begins so for a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

function quoted(cell: Cell): string {
  const text = cell ?? ''
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}
