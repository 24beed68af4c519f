/** What stands between the client and the nodes; docs/benchmarks.md says what each is. */
export const variants = [
  'relay',
  'merge-only',
  'secure',
  'secure-cold',
  'general',
  'apollo-stock',
  'apollo-tuned',
] as const

export type Variant = (typeof variants)[number]

/** One size of network and answer. */
export interface Case {
  readonly name: string
  readonly sources: number
  /** What each node holds of the patient; all of it is asked for. */
  readonly rowsPerSource: number
  /** Characters added to each row's value. */
  readonly padding: number
  readonly variants: readonly Variant[]
}

const SOURCES = [1, 10, 20, 30, 100, 300, 1_000]
const ROWS = [1, 50, 100]

/** The largest case asks a thousand organisations for a whole page: ten times what a gateway allows by default. */
export const MOST_ROWS_ASKED = 1_000_000

/** With every organisation as a subgraph, planning grows out of hand (30 organisations: a fifth of a second for one plan). */
const MOST_SUBGRAPHS = 30
/** What Apollo's shaping of one answer costs beyond this says nothing new and takes minutes. */
const MOST_GENERAL = 100

/** Names of cases that targets are set for. */
export const MAIN_CASE = '20 x 50'
export const MEGABYTE_CASE = '1 MB from one'

/** One answer of a megabyte: as many rows as a page may have, each of about 1,000 characters. */
const megabyte: Case = {
  name: MEGABYTE_CASE,
  sources: 1,
  rowsPerSource: 1_000,
  padding: 700,
  variants: ['relay', 'merge-only', 'secure', 'general'],
}

export function allCases(): readonly Case[] {
  const grid = SOURCES.flatMap((sources) => ROWS.map((rows) => caseOf(sources, rows)))
  return [...grid, megabyte]
}

/** Enough for every target. */
export function quickCases(): readonly Case[] {
  const ours = (size: Case): Case => ({
    ...size,
    variants: size.variants.filter((variant) => !variant.startsWith('apollo')),
  })
  return [ours(caseOf(10, 50)), mainCase(), ours(caseOf(100, 50)), megabyte]
}

export const mainCase = (): Case => caseOf(20, 50)

export function caseOf(sources: number, rowsPerSource: number): Case {
  const name = `${sources.toLocaleString('en')} x ${rowsPerSource}`
  return { name, sources, rowsPerSource, padding: 0, variants: variantsFor(sources, rowsPerSource) }
}

function variantsFor(sources: number, rows: number): readonly Variant[] {
  return variants.filter((variant) => {
    // What exchanging tokens costs does not depend on the rows.
    if (variant === 'secure-cold') return rows === 50
    if (variant === 'general') return sources <= MOST_GENERAL
    return !variant.startsWith('apollo') || sources <= MOST_SUBGRAPHS
  })
}
