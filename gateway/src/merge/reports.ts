import type { Spared } from '../locate/choose.js'
import type { Located } from '../path/stage.js'
import {
  hasAnswered,
  type SourceAnswer,
  type SourcePage,
  type SourceStatus,
} from '../transport/source-answer.js'
import type { SourceSet } from './source-set.js'

/** `SourceReport` of the contract, before projection to what the client selected. */
export interface Report {
  readonly organization: { readonly number: string }
  readonly status: SourceStatus
  readonly returned: number
  readonly dropped: number
  readonly recovered: boolean
  readonly withheld: string
  readonly reason: string | null
  readonly elapsed: number | null
  readonly asOf: string | null
  readonly contractVersion: string | null
}

/** One report for each located source, always: status set = located set, under every fault. */
export function reportSources(
  answers: readonly SourceAnswer[],
  field: number,
  returned: ReadonlyMap<string, number>,
  failedBefore: SourceSet | undefined,
): readonly Report[] {
  return answers.filter(isLocatedFor(field)).map((answer) => {
    const spared = answer.spared?.[field]
    if (spared) return reportSpared(answer, spared)
    return answer.excluded?.[field]
      ? reportOf({ ...NOT_ASKED, organization: answer.organization }, undefined)
      : reportOf(answer, answer.pages[field], returned, failedBefore)
  })
}

/** By its own word, and as of when it gave it, it held nothing: nothing is missing. */
const reportSpared = ({ organization }: SourceAnswer, { reason, asOf }: Spared): Report => ({
  ...reportOf({ ...NOT_ASKED, organization }, undefined),
  ...{ reason, asOf },
})

/** Who has no agreement for the class of a field is no source of it: nothing of that field is missing there. */
const isLocatedFor =
  (field: number) =>
  ({ located }: SourceAnswer): boolean =>
    located?.[field] ?? true

const NOT_ASKED = {
  status: 'NOT_ASKED',
  reason: 'EXCLUDED',
  elapsedMs: undefined,
  pages: [],
} as const satisfies Omit<SourceAnswer, 'organization'>

function reportOf(
  answer: SourceAnswer,
  page: SourcePage | undefined,
  returned?: ReadonlyMap<string, number>,
  failedBefore?: SourceSet,
): Report {
  const status = page?.status ?? answer.status
  return {
    organization: { number: answer.organization },
    status,
    returned: returned?.get(answer.organization) ?? 0,
    dropped: page?.dropped ?? 0,
    recovered: hasAnswered(status) && (failedBefore?.mayHave(answer.organization) ?? false),
    withheld: page?.withheld ?? 'NONE',
    reason: page?.reason ?? answer.reason ?? answer.note ?? null,
    elapsed: elapsed(answer, page),
    asOf: page?.asOf ?? null,
    contractVersion: page?.contractVersion ?? null,
  }
}

/** Rounded up to 100; left out where time could tell an empty source from one that hides something (design.md §3). */
function elapsed(answer: SourceAnswer, page: SourcePage | undefined): number | null {
  const telling = page?.status === 'EMPTY' || page?.withheld === 'NOT_DISCLOSED'
  return answer.elapsedMs === undefined || telling ? null : Math.ceil(answer.elapsedMs / 100) * 100
}

/** True only when nothing is known or suspected to be missing. */
export function isComplete(reports: readonly Report[], located: Located): boolean {
  // Nobody located: whoever holds data is not known here, so nothing can be called whole.
  return reports.length > 0 && !located.stale && reports.every(isWhole)
}

export const isWhole = (report: Report): boolean =>
  (report.status === 'OK' || report.status === 'EMPTY' || isSpared(report)) &&
  report.dropped === 0 &&
  report.withheld === 'NONE' &&
  !report.recovered

const isSpared = ({ status, reason }: Report): boolean =>
  status === 'NOT_ASKED' && reason === 'NOT_HELD'

/** `Completeness` of the contract. */
export function countSources(
  reports: readonly Report[],
  located: Located,
): Readonly<Record<string, unknown>> {
  const count = (test: (report: Report) => boolean): number => reports.filter(test).length
  const notAsked = count(({ status }) => status === 'NOT_ASKED')
  const answered = count(({ status }) => hasAnswered(status))
  const pending = count(({ status }) => status === 'PENDING')
  const asked = reports.length - notAsked
  return {
    agreed: reports.length,
    asked,
    answered,
    failed: asked - answered - pending,
    withheld: count(({ withheld }) => withheld !== 'NONE'),
    // No class has an age limit yet: a source answers from its own store, as of now.
    stale: 0,
    notAsked,
    catalogueAsOf: new Date(located.confirmedAtMs).toISOString(),
    catalogueStale: located.stale,
  }
}

/** True where nothing is known or suspected to be missing for one code of a `latest` field. */
export function isWholeFor(
  answers: readonly SourceAnswer[],
  field: number,
  code: number,
  located: Located,
): boolean {
  const sources = answers.filter(isLocatedFor(field))
  if (sources.length === 0 || located.stale) return false
  return sources.every(({ status, pages, spared }) => {
    if (spared?.[field]) return true
    const page = pages[field]
    if (!page || !hasAnswered(status)) return false
    if (page.status !== 'OK' && page.status !== 'EMPTY') return false
    // What the source itself left out, it does not tell by code.
    const unusable = page.unusable.reduce((sum, count) => sum + count, 0)
    return page.withheld === 'NONE' && page.dropped === unusable && page.unusable[code] === 0
  })
}

/** `TotalCount` of the contract: what a sum over sources can honestly claim. */
export function totalOf(
  answers: readonly SourceAnswer[],
  field: number,
  complete: boolean,
  last: number | undefined,
  page: { readonly rows: readonly unknown[]; readonly isWhole: boolean },
): { readonly value: number | null; readonly precision: string } {
  // Every row of every source was compared with every other.
  if (complete && page.isWhole) return { value: page.rows.length, precision: 'EXACT' }
  const totals = answers.flatMap((answer) => answer.pages[field]?.total ?? [])
  if (totals.length === 0 && !complete) return { value: null, precision: 'UNKNOWN' }
  const sum = totals.reduce((total, count) => total + count, 0)
  const value = last === undefined ? sum : Math.min(sum, last)
  const copiesCounted = totals.filter((count) => count > 0).length > 1
  if (complete) return { value, precision: copiesCounted ? 'UPPER_BOUND' : 'EXACT' }
  return { value, precision: copiesCounted ? 'UNKNOWN' : 'LOWER_BOUND' }
}
