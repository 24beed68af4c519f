import type { CatalogueState, CurrentState, OrganizationEntry } from '@kilde/catalogue'

/** What the registry says of a source; `ABSENT`: nothing, there is no agreement any more. */
export type Membership = OrganizationEntry['state'] | 'ABSENT'

/** The registry from an instant on. */
export interface RegistryPhase {
  readonly fromMs: number
  /** The registry is silent: nobody knows whether this still holds. */
  readonly stale: boolean
  readonly members: ReadonlyMap<string, Membership>
}

/** The requester's organisation: it shares nothing itself. */
export const CONSUMER = '399000009'

const states = new WeakMap<RegistryPhase, CatalogueState>()

export function currentState(phase: RegistryPhase, nowMs: number): CurrentState {
  const state = states.get(phase) ?? stateOf(phase)
  states.set(phase, state)
  return { state, confirmedAtMs: nowMs - (phase.stale ? 60_000 : 0), stale: phase.stale }
}

function stateOf({ members, fromMs }: RegistryPhase): CatalogueState {
  const present = [...members].filter(([, state]) => state !== 'ABSENT')
  return {
    version: fromMs,
    issuedAt: new Date(fromMs).toISOString(),
    organizations: [
      entryOf(CONSUMER, 'ACTIVE', []),
      // One without an agreement is still an organisation.
      ...[...members].map(([number, state]) =>
        entryOf(number, state === 'ABSENT' ? 'ACTIVE' : state, ['Observation']),
      ),
    ],
    agreements: present.map(([provider]) => agreementWith(provider)),
    memberships: [CONSUMER, ...members.keys()].map((organization) => ({
      organization,
      acceptedTerms: [{ version: '1', date: '2020-01-01' }],
      validFrom: '2020-01-01',
    })),
  }
}

const agreementWith = (provider: string): CatalogueState['agreements'][number] => ({
  id: `a-${provider}`,
  consumer: CONSUMER,
  provider,
  dataClasses: ['Observation'],
  purposes: ['TREAT'],
  legalBasis: 'helsepersonelloven § 45',
  riskAssessment: 'none',
  validFrom: '2020-01-01',
})

const entryOf = (
  number: string,
  state: OrganizationEntry['state'],
  dataClasses: readonly string[],
): OrganizationEntry => ({
  number,
  name: nameOf(number),
  kind: 'OTHER',
  dataClasses,
  contractVersion: '1.0',
  state,
  servesCitizens: true,
  ...(dataClasses.length > 0 ? { endpoint: `http://${number}.invalid` } : {}),
})

export const nameOf = (number: string): string => `Organisation ${number}`
