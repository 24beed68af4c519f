import type { Parties } from '../parties.js'
import type { TaskElements, TeamElements } from './elements.js'
import { type Named, namedIn } from './responsible.js'

/** `ResponsibilityClaim` of the contract. */
export type Claim =
  | 'RESPONSIBLE'
  | 'NAMES_ANOTHER'
  | 'PROPOSED'
  | 'PAUSED'
  | 'HANDED_OVER'
  | 'DECLINED'
  | 'ENDED'
  | 'UNCLEAR'

/** The organisation that says so: the owner of the team, and its sub-unit. */
export interface Speaker {
  readonly owner: string
  readonly pointOfCare?: string | undefined
}

/**
 * What a team says of who is responsible. An organisation can claim responsibility for itself alone: what it says of another is
 * no claim of that other's.
 */
export function claimOf(
  team: TeamElements,
  tasks: readonly TaskElements[],
  parties: Parties,
  speaker: Speaker,
): Claim | undefined {
  const named = namedIn(team, parties)
  if (named.length === 0 || team.status === 'entered-in-error') return undefined
  const who = meant(named, speaker)
  const hands = tasks.map((task) => handOf(task, parties, speaker))
  switch (team.status ?? 'unknown') {
    case 'inactive':
      if (hands.includes('GIVEN') || who === 'ANOTHER') return 'HANDED_OVER'
      return hands.includes('REFUSED') ? 'DECLINED' : 'ENDED'
    case 'proposed':
      if (hands.includes('REFUSED')) return 'DECLINED'
      return OF_PROPOSED[who]
    case 'active':
      return OF_ACTIVE[who]
    case 'suspended':
      return OF_SUSPENDED[who]
    default:
      return 'UNCLEAR'
  }
}

type Who = 'OWN' | 'ANOTHER' | 'UNCLEAR'

const OF_ACTIVE: Readonly<Record<Who, Claim>> = {
  OWN: 'RESPONSIBLE',
  ANOTHER: 'NAMES_ANOTHER',
  UNCLEAR: 'UNCLEAR',
}
const OF_PROPOSED: typeof OF_ACTIVE = { ...OF_ACTIVE, OWN: 'PROPOSED' }
const OF_SUSPENDED: typeof OF_ACTIVE = { ...OF_ACTIVE, OWN: 'PAUSED' }

function meant(named: readonly Named[], speaker: Speaker): Who {
  const each = named.map(({ party }) => isOwn(party.organization?.number, speaker))
  if (each.every((own) => own === true)) return 'OWN'
  return each.every((own) => own === false) ? 'ANOTHER' : 'UNCLEAR'
}

/** Undefined: it is not told which organisation is meant. */
const isOwn = (number: string | undefined, { owner, pointOfCare }: Speaker): boolean | undefined =>
  number === undefined ? undefined : number === owner || number === pointOfCare

const OFF: ReadonlySet<string> = new Set(['rejected', 'cancelled', 'failed'])

/** What became of one hand-over, from where the speaker stands. */
function handOf(
  { status = '', owner, requester }: TaskElements,
  parties: Parties,
  speaker: Speaker,
): 'GIVEN' | 'REFUSED' | undefined {
  if (status === 'entered-in-error') return undefined
  const isTo = isOwn(parties.partyOf(owner)?.organization?.number, speaker) ?? false
  const isFrom = isOwn(parties.partyOf(requester)?.organization?.number, speaker) ?? !isTo
  if (isTo) return OFF.has(status) ? 'REFUSED' : undefined
  // Declined or not: whoever has ended its team after asking another no longer is who is responsible.
  return isFrom && status !== 'cancelled' && status !== 'draft' ? 'GIVEN' : undefined
}

/** The status that a claim has among those of others (MARK_RIVALS, MARK_UNCLAIMED). Undefined: it takes no part. */
export const rivalStatusOf: Readonly<Record<Claim, string | undefined>> = {
  RESPONSIBLE: 'active',
  NAMES_ANOTHER: 'unknown',
  PROPOSED: 'proposed',
  PAUSED: 'suspended',
  HANDED_OVER: 'handed-over',
  DECLINED: undefined,
  ENDED: 'inactive',
  UNCLEAR: 'unknown',
}
