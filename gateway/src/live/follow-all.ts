import type { LocatedProvider } from '@kilde/catalogue'
import { fieldsAskedOf } from '../path/fan-out.js'
import type { Asked, Fetch, Located } from '../path/stage.js'
import { createQuestions, type Rounds } from '../transport/question.js'
import type { SourceAnswer } from '../transport/source-answer.js'
import { type FollowParts, followSource } from './follow-source.js'
import type { Places } from './resume.js'
import type { OpenSubscription } from './streams.js'
import { Told } from './told.js'

/** How long a node may take to read what is new (milliseconds). */
const READ_MS = 10_000

/** Follows every located source that is to be asked, each by itself, until the stream's signal. */
export function createFollowAll(
  parts: FollowParts,
  placesOf: (fetch: Fetch) => Places,
): (fetch: Fetch, located: Located, stream: OpenSubscription) => Told {
  return (fetch, located, stream) => {
    const chosen = located.providers.map((provider) => ({
      provider,
      asks: fieldsAskedOf(provider, fetch, located.fieldsOf?.get(provider.number), undefined),
    }))
    const standing = chosen.map((one) => standingOf(one, located))
    const told = new Told(standing, placesOf(fetch))
    chosen.forEach(({ provider, asks }, index) => {
      if (standing[index]?.status !== 'PENDING') return
      const question = () =>
        questionOf({ ...fetch, asked: plainly(stream.asked, fetch) }, provider, asks)
      void followSource(parts, { provider, question, told, signal: stream.signal })
    })
    return told
  }
}

interface Chosen {
  readonly provider: LocatedProvider
  readonly asks: readonly boolean[]
}

function standingOf({ provider, asks }: Chosen, { fieldsOf }: Located): SourceAnswer {
  const { number: organization, state, requestSignature } = provider
  const own = fieldsOf?.get(organization)
  const reason = !asks.some(Boolean)
    ? 'EXCLUDED'
    : state !== 'ACTIVE'
      ? state
      : // A signature lives for a minute, and is for one answer.
        requestSignature === 'REQUESTER'
        ? 'SIGNATURE_REQUIRED'
        : undefined
  return {
    ...{ organization, reason, elapsedMs: undefined, pages: [] },
    status: reason === undefined ? 'PENDING' : 'NOT_ASKED',
    ...(own && { located: own }),
    ...(!asks.every(Boolean) && { excluded: asks.map((asked) => !asked) }),
  }
}

function questionOf(fetch: Fetch, provider: LocatedProvider, asks: readonly boolean[]) {
  const rounds: Rounds = fetch.fields.map(({ list }, index) =>
    asks[index] && list ? { after: undefined, first: list.rows } : undefined,
  )
  return createQuestions(fetch, READ_MS)(provider, rounds)
}

/** Without what sources would sign: that is for one answer too. */
function plainly({ evidence: _evidence, ...asked }: Asked, { asked: { patient } }: Fetch) {
  return { ...asked, patient }
}
