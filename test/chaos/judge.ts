import type { Asked, List } from './ask.js'
import { isTotal, type Outage } from './faults.js'
import { holders, numberOf } from './world.js'

/** What is not as it must be. */
export interface Finding {
  readonly what: 'WRONG_ANSWER' | 'HIDDEN_OUTAGE' | 'UNEXPLAINED_FAULT' | 'UNLOGGED'
  readonly detail: string
  readonly trace: string
}

/** Rows of each organisation, by number, each as the JSON that the client gets: what was there before anything went wrong. */
export type Oracle = ReadonlyMap<string, readonly string[]>

const ANSWERED = new Set(['OK', 'EMPTY'])
/** Between a signal and what it does, and between an answer and what was asked. */
const SLACK_MS = 150
/** A process that goes on has first to see that time has passed. */
const AGAIN_MS = 2_000

export function oracleOf({ nodes }: List): Oracle {
  const found = new Map<string, string[]>()
  for (const row of nodes) {
    const number = row.provenance[0]?.organization.number ?? ''
    found.set(number, [...(found.get(number) ?? []), JSON.stringify(row)])
  }
  return found
}

/** Holds an answer against what is right, given what each source is said to have done. */
export function judge(
  asked: Asked,
  oracle: Oracle,
  outages: readonly Outage[],
): readonly Finding[] {
  const { list, trace } = asked
  const meanwhile = outages.filter(
    ({ fromMs, overMs }) => fromMs - SLACK_MS <= asked.untilMs && overMs + AGAIN_MS >= asked.fromMs,
  )
  const of = (what: Finding['what'], details: readonly string[]): Finding[] =>
    details.map((detail) => ({ what, detail, trace }))
  if (!list) return of('UNEXPLAINED_FAULT', faults(asked, meanwhile))
  return [
    ...of('WRONG_ANSWER', wrong(list, oracle)),
    ...of('HIDDEN_OUTAGE', hidden(asked, list, outages)),
  ]
}

/** The whole request fails only where the gateway itself did. */
function faults({ fault = '' }: Asked, meanwhile: readonly Outage[]): readonly string[] {
  return meanwhile.some(({ at }) => at === 'gateway') ? [] : [fault]
}

function wrong(list: List, oracle: Oracle): readonly string[] {
  const rows = oracleOf(list)
  const numbers = [...new Set([...oracle.keys(), ...rows.keys()])]
  const statuses = new Map(
    list.sources.map(({ organization, status }) => [organization.number, status]),
  )
  const found = numbers.flatMap((number) => {
    const right = statuses.get(number) === 'OK' ? (oracle.get(number) ?? []) : []
    const shown = rows.get(number) ?? []
    return JSON.stringify(shown) === JSON.stringify(right)
      ? []
      : [`${number} ${statuses.get(number) ?? 'not told'}: ${shown.length} rows of ${right.length}`]
  })
  const missing = numbers.filter((number) => !statuses.has(number))
  const isWhole = [...statuses.values()].every((status) => ANSWERED.has(status))
  const total = [...oracle.values()].reduce((sum, some) => sum + some.length, 0)
  const { value, precision } = list.totalCount
  return [
    ...found,
    ...missing.map((number) => `${number} is not told of`),
    ...(list.complete === isWhole ? [] : [`complete is ${list.complete}`]),
    ...(precision === 'EXACT' && (!isWhole || value !== total)
      ? [`exactly ${value} of ${total}`]
      : []),
  ]
}

/** A source that was gone from before the question until after the answer cannot be among those that answered. */
function hidden(asked: Asked, list: List, outages: readonly Outage[]): readonly string[] {
  return holders.flatMap((holder) => {
    const during = outages.find(
      (outage) =>
        outage.at === holder &&
        isTotal(outage) &&
        outage.fromMs + SLACK_MS <= asked.fromMs &&
        outage.untilMs - SLACK_MS >= asked.untilMs,
    )
    const number = numberOf(holder)
    const status = list.sources.find(({ organization }) => organization.number === number)?.status
    return during && (status === undefined || ANSWERED.has(status))
      ? [`${holder} was ${during.kind} and is told ${status ?? 'nothing'}`]
      : []
  })
}
