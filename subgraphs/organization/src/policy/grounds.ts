import { type Agreement, type Follower, groundFor, maySupply } from '@kilde/catalogue'
import type { Citizen, Professional } from '@kilde/trust'

/** On what the organisation may answer a requester at all. */
export interface Ground {
  readonly kind: 'OWN' | 'AGREEMENT' | 'CITIZEN' | 'NONE'
  /** The law behind it, for the access log. */
  readonly legalBasis?: string
  /** An agreement opens for the requester's role. */
  readonly roleAgreed: boolean
  /** HPR number of the clinician who answers for personnel without one, where an agreement opens the class for these. */
  readonly clinician?: string
  /** No supplier acts, or one to which the requester's organisation has delegated. */
  readonly delegated: boolean
}

/** @throws CatalogueError `CATALOGUE_UNAVAILABLE` where the registry has to be asked and its state is too old */
export type FindGround = (caller: Professional | Citizen, dataClass: string) => Ground

/** Own personnel need no agreement; others need one in the registry's signed state; citizens are served or not. */
export function createGrounds(
  organization: string,
  follower: Pick<Follower, 'current'>,
  now: () => number,
): FindGround {
  return (caller, dataClass) => {
    const delegated = isDelegated(caller, follower, now())
    if (caller.kind === 'professional' && caller.organization === organization) {
      return { ...OWN, delegated }
    }
    const { state } = follower.current()
    const consumer = caller.kind === 'citizen' ? 'citizen' : caller.organization
    const query = { consumer, purpose: caller.purpose, at: now(), dataClass: agreedAs(dataClass) }
    const found = groundFor(state, { ...query, provider: organization })
    if (!found) return { kind: 'NONE', roleAgreed: false, delegated }
    if (found.ground === 'OWN') return { ...OWN, delegated }
    if (caller.kind === 'citizen') return { ...CITIZEN, delegated }
    const agreements = state.agreements.filter(({ id }) => found.agreements.includes(id))
    return { ...agreed(caller, agreements, dataClass), delegated }
  }
}

/** Who may see a patient's measurements may see whose they are: names go by the agreements on measurements. */
const agreedAs = (dataClass: string): string =>
  dataClass === 'Patient' ? 'Observation' : dataClass

function agreed(
  { attest, hprNumber }: Professional,
  agreements: readonly Agreement[],
  dataClass: string,
): Omit<Ground, 'delegated'> {
  const { authorization = '', purposeDetails = '' } = attest
  const fitting = agreements.filter(
    (one) => !one.purposeDetails || one.purposeDetails.includes(purposeDetails),
  )
  const forRole = fitting.find(({ roles }) => !roles || roles.includes(authorization))
  const forAssistants =
    hprNumber === undefined
      ? fitting.find(({ assistants }) => assistants?.dataClasses.includes(agreedAs(dataClass)))
      : undefined
  const opening = (hprNumber === undefined ? forAssistants : forRole) ?? fitting[0]
  if (!opening) return { kind: 'NONE', roleAgreed: false }
  const { legalBasis } = opening
  const clinician = forAssistants?.assistants?.clinician.hprNumber
  return {
    kind: 'AGREEMENT',
    legalBasis,
    roleAgreed: forRole !== undefined,
    ...(clinician !== undefined && { clinician }),
  }
}

/** Citizens are nobody's supplier. @throws CatalogueError `CATALOGUE_UNAVAILABLE` for a supplier while the state is too old */
function isDelegated(
  caller: Professional | Citizen,
  follower: Pick<Follower, 'current'>,
  at: number,
): boolean {
  const { supplier } = caller
  if (caller.kind === 'citizen' || supplier === undefined) return true
  const { organization } = caller
  if (supplier === organization) return true
  return maySupply(follower.current().state, { supplier, organization, at })
}

const OWN = {
  kind: 'OWN',
  legalBasis: 'pasientjournalloven § 19, helsepersonelloven § 25',
  roleAgreed: true,
} as const

const CITIZEN = {
  kind: 'CITIZEN',
  legalBasis: 'pasient- og brukerrettighetsloven § 5-1',
  roleAgreed: false,
} as const
