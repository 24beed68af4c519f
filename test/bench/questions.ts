import { patients } from '@kilde/people'

/** Most rows of a page: the contract's limit. */
const MOST_ROWS = 1_000

/** Rows as the README's query shows them; about 190 bytes each. */
const ROW = 'id effective kind valueText code { text }'

/** What a client asks the gateway. Names of organisations come from the gateway's own copy of the registry. */
const mergedQuery = `query Bench($identifier: PatientIdentifier!, $first: Int!) {
  patient(identifier: $identifier) {
    observations(first: $first) {
      nodes { ${ROW} provenance { organization { name } } }
      complete
      sources { organization { name } status }
    }
  }
}`

/** The same of every subgraph by itself: what it sends is what a node sends the gateway. */
function subgraphQuery(sources: number): string {
  const fields = Array.from(
    { length: sources },
    (_, index) => `o${index}: observations_${index}(identifier: $identifier, first: $first) {
      edges { cursor node { ${ROW} provenance { organization { number } } } }
      pageInfo { hasNextPage }
      sources { organization { number } status dropped withheld reason asOf contractVersion }
    }`,
  )
  return `query Bench($identifier: String!, $first: Int!) { ${fields.join('\n')} }`
}

const bodyOf = (query: string, first: number): string =>
  JSON.stringify({ query, variables: { identifier: patients.copd.identifier, first } })

export interface Sized {
  readonly sources: number
  readonly rowsPerSource: number
}

/** Body of the client's request to the gateway: all rows, as far as a page goes. */
export const mergedBody = ({ sources, rowsPerSource }: Sized): string =>
  bodyOf(mergedQuery, Math.min(MOST_ROWS, sources * rowsPerSource))

export const subgraphBody = ({ sources, rowsPerSource }: Sized): string =>
  bodyOf(subgraphQuery(sources), rowsPerSource)

interface Merged {
  readonly errors?: unknown
  readonly data?: {
    readonly patient?: {
      readonly observations?: {
        readonly nodes: readonly unknown[]
        readonly complete: boolean
        readonly sources: readonly { readonly status: string }[]
      }
    }
  }
}

/** A fast wrong answer is no answer: every row, of every source, and nothing missing. Answers what is wrong. */
export function faultIn(text: string, { sources, rowsPerSource }: Sized): string | undefined {
  const { data, errors } = JSON.parse(text) as Merged
  const list = data?.patient?.observations
  if (errors !== undefined || !list) return text.slice(0, 500)
  const held = sources * rowsPerSource
  const other = list.sources.filter(({ status }) => status !== 'OK')
  if (list.sources.length !== sources || other.length > 0) {
    return `${list.sources.length} sources, of which ${JSON.stringify(other.slice(0, 5))} …`
  }
  if (list.nodes.length !== Math.min(MOST_ROWS, held)) return `${list.nodes.length} rows`
  return held > MOST_ROWS || list.complete ? undefined : 'not complete'
}

/** Every subgraph answered with all its rows. */
export function faultInSubgraphs(text: string, size: Sized): string | undefined {
  const { data, errors } = JSON.parse(text) as {
    data?: Record<string, { readonly edges: readonly unknown[] }>
    errors?: unknown
  }
  const lists = Object.values(data ?? {})
  const whole = lists.every(({ edges }) => edges.length === size.rowsPerSource)
  const fits = errors === undefined && whole && lists.length === size.sources
  return fits ? undefined : text.slice(0, 500)
}
