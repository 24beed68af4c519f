import type { GraphqlAnswer } from '@kilde/demo/test-network'

/** What a requester learns of one protected field, however the question was written. */
export interface Decision {
  /** Content, each once. */
  readonly told: readonly string[]
  /** Each organisation with status, reason and whether it withholds something. */
  readonly sources: readonly string[]
  readonly complete: readonly boolean[]
  readonly errors: readonly string[]
}

/** Looks through the whole answer: where something stands in it makes no difference. */
export function decisionIn({ data, errors = [] }: GraphqlAnswer): Decision {
  const found = {
    told: new Set<string>(),
    sources: new Set<string>(),
    complete: new Set<boolean>(),
  }
  look(data, found)
  return {
    told: [...found.told].sort(),
    sources: [...found.sources].sort(),
    complete: [...found.complete],
    errors: errors.map(({ message, extensions }) => extensions?.code ?? message),
  }
}

interface Found {
  readonly told: Set<string>
  readonly sources: Set<string>
  readonly complete: Set<boolean>
}

function look(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const one of value) look(one, found)
  if (typeof value !== 'object' || value === null) return
  if (isReport(value)) {
    const { organization, status, reason, withheld } = value
    found.sources.add(`${organization.number} ${status} ${reason ?? ''} ${withheld}`)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'told') tell(inner, found)
    else if (key === 'whole' && typeof inner === 'boolean') found.complete.add(inner)
    else look(inner, found)
  }
}

/** No rows are 0 rows: nothing is told by that. */
function tell(value: unknown, { told }: Found): void {
  if (value !== null && value !== 0) told.add(JSON.stringify(value))
}

interface SourceReport {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly reason: string | null
  readonly withheld: string
}

const isReport = (value: object): value is SourceReport => 'withheld' in value && 'status' in value
