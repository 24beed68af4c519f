import { type Follower, lookupOf } from '@kilde/catalogue'

/** The registry's state, as one organisation looks at it; own personnel are answered without one. */
export interface RegistryView {
  /** When the state was confirmed last (epoch milliseconds), and whether that is long ago. */
  age(): { readonly confirmedAtMs: number; readonly stale: boolean }
  /** The registered name of an organisation, where it is known. */
  nameOf(number: string): string | undefined
  /** Whether the organisation's entry asks for the requester's own signature. */
  asksForSignature(): boolean
}

export function createRegistryView(
  organization: string,
  follower: Pick<Follower, 'current'>,
): RegistryView {
  const current = () => {
    try {
      return follower.current()
    } catch {
      return undefined
    }
  }
  return {
    age: () => current() ?? { confirmedAtMs: 0, stale: true },
    nameOf(number) {
      const state = current()?.state
      return state && lookupOf(state).organization(number)?.name
    },
    // Without a state only own personnel are answered; what the organisation itself requires holds for them too.
    asksForSignature() {
      const entry = current()?.state.organizations.find(({ number }) => number === organization)
      return entry?.requestSignature === 'REQUESTER'
    },
  }
}
