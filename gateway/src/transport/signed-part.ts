import type { LocatedProvider } from '@kilde/catalogue'
import type { SignedByRequester } from '@kilde/trust/context'
import type { AskedList } from '../merge/source-request.js'
import type { Asked, Fetch } from '../path/stage.js'
import type { Rounds } from './question.js'

/** What a source gets of the requester's own request, unchanged: signature, token as evidence of its key, and body. */
export type SignedPart = SignedByRequester

/** The requester's own access token. */
export const tokenIn = ({ authorization = '' }: Pick<Asked, 'authorization'>): string =>
  authorization.replace(/^\S+ +/, '')

/**
 * Whether a source gets it: where the registry says that it wants it, or where the client wants what sources sign, which is an
 * answer to that very request. Nobody else needs to know.
 */
export function passesSignature({ asked }: Fetch, provider: LocatedProvider): boolean {
  if (asked.signature === undefined) return false
  return provider.requestSignature === 'REQUESTER' || asked.evidence !== undefined
}

export function signedPart({ asked }: Fetch): SignedPart | undefined {
  const { signature, body } = asked
  if (signature === undefined) return undefined
  return { signature, token: tokenIn(asked), body: Buffer.from(body).toString('utf8') }
}

/** Rows that were asked under a signature, for each source and field. */
const spent = new WeakMap<Fetch, Map<string, number[]>>()

/**
 * Under a signature no more rows are asked of a source, over all rounds, than the requester signed: it would refuse them. A
 * field without anything left is not asked again.
 */
export function cappedRounds(fetch: Fetch, provider: LocatedProvider, rounds: Rounds): Rounds {
  if (!passesSignature(fetch, provider)) return rounds
  const rows = rowsSpent(fetch, provider.number)
  return rounds.map((round, index) => {
    const list = fetch.fields[index]?.list
    if (!round || !list) return round
    const first = Math.min(round.first, rowsSigned(list) - (rows[index] ?? 0))
    rows[index] = (rows[index] ?? 0) + Math.max(0, first)
    return first > 0 ? { ...round, first } : undefined
  })
}

const rowsSigned = ({ args: { first, last } }: AskedList): number =>
  Math.min(first, last ?? Number.POSITIVE_INFINITY)

function rowsSpent(fetch: Fetch, organization: string): number[] {
  const known = spent.get(fetch) ?? new Map<string, number[]>()
  spent.set(fetch, known)
  const rows = known.get(organization) ?? fetch.fields.map(() => 0)
  known.set(organization, rows)
  return rows
}
