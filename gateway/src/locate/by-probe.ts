import type { LocatedProvider } from '@kilde/catalogue'
import type { Holds } from '@kilde/locate'
import { type LocateQuestion, type Locator, type Presence, TO_ASK } from './locator.js'

/** What an organisation says of each class, and of what instant (epoch milliseconds). */
export interface Availability {
  readonly asOfMs: number
  readonly holds: ReadonlyMap<string, Holds>
}

/** Asks one organisation whether it holds anything. @throws where it does not say */
export type AskAvailability = (
  asked: LocateQuestion['asked'],
  provider: LocatedProvider,
  dataClasses: readonly string[],
) => Promise<Availability>

/**
 * Asks each whether it holds anything, by the requester's own token, policy and record, and spares who says no. A disclosure to everybody
 * who is asked, as the question itself would be: for where there are no filters, and answers are large.
 */
export function createByProbe(ask: AskAvailability): Locator {
  return {
    async locate({ asked, candidates }) {
      const providers = new Map(
        [...candidates.values()].flat().map((provider) => [provider.number, provider]),
      )
      const found = new Map(
        await Promise.all(
          [...providers.values()].map(async (provider) => {
            const classes = [...candidates].flatMap(([dataClass, own]) =>
              own.some(({ number }) => number === provider.number) ? [dataClass] : [],
            )
            return [provider.number, await tryAsk(ask, asked, provider, classes)] as const
          }),
        ),
      )
      return (organization, dataClass) => presenceOf(found.get(organization), dataClass)
    },
  }
}

/** Own data are always looked at; and what is asked of who wants the requester's signature, the requester has not signed. */
const isProbed = ({ ground, requestSignature }: LocatedProvider): boolean =>
  ground !== 'OWN' && requestSignature !== 'REQUESTER'

async function tryAsk(
  ask: AskAvailability,
  asked: LocateQuestion['asked'],
  provider: LocatedProvider,
  dataClasses: readonly string[],
): Promise<Availability | 'NOT_PROBED' | undefined> {
  if (!isProbed(provider)) return 'NOT_PROBED'
  return ask(asked, provider, dataClasses).catch(() => undefined)
}

function presenceOf(said: Availability | 'NOT_PROBED' | undefined, dataClass: string): Presence {
  if (said === 'NOT_PROBED') return TO_ASK
  if (!said) return { is: 'TO_ASK', note: 'INDEX_UNAVAILABLE' }
  return said.holds.get(dataClass) === 'NO' ? { is: 'HELD_NOTHING', asOfMs: said.asOfMs } : TO_ASK
}
