import { typeOf } from '../../ingest/entry.js'
import { parseKeepingDigits } from '../../map/elements.js'
import { type ByName, indexByName } from '../by-name.js'
import { holdsFrom } from '../care-plan/times.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { tokensOf } from '../measures.js'
import { type Parties, readParties } from '../parties.js'
import { referencesAmong } from '../party-elements.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { claimOf, rivalStatusOf } from './claim.js'
import { readTeamElements, type TeamElements } from './elements.js'
import { tasksAmong } from './hand-overs.js'
import { partiesNamedIn } from './named.js'
import { responsibilityOf } from './responsible.js'

interface Read {
  readonly held: HeldResource
  readonly type: string | undefined
  readonly resource: unknown
}

/** A patient's resources, each found by its names. */
interface Resources {
  readonly byName: ByName<Read>
  /** Hand-overs whose focus is the team that has these names. */
  readonly tasksOf: ByName<Read>
}

/** Each CareTeam is a row, with its hand-overs and all who are named in it. */
export function assembleTeams(resources: readonly HeldResource[]): Assembled {
  const read = resources.map(readOne)
  const all: Resources = {
    byName: indexByName(read, ({ held }) => held.names),
    tasksOf: indexByName(
      read.filter(({ type }) => type === 'Task'),
      ({ resource }) => referencesAmong(resource, 'focus').flatMap(namesIn),
    ),
  }
  const teams = read.filter(({ type }) => type === 'CareTeam')
  const rows = teams.flatMap((team) => tryRow(team, all) ?? [])
  return { rows, dropped: teams.length - rows.length }
}

function readOne(held: HeldResource): Read {
  try {
    const resource = parseKeepingDigits(held.resource)
    return { held, type: typeOf(resource), resource }
  } catch {
    return { held, type: undefined, resource: {} }
  }
}

function tryRow(team: Read, all: Resources): HeldClassRow | undefined {
  try {
    return rowOf(team, all)
  } catch {
    return undefined
  }
}

function rowOf({ held, resource }: Read, { byName, tasksOf }: Resources): HeldClassRow {
  const elements = readTeamElements(held.resource)
  const tasks = tasksOf(held.names)
  const named = byName([resource, ...tasks.map((one) => one.resource)].flatMap(partiesNamedIn))
  const behind = byName(named.flatMap((one) => partiesNamedIn(one.resource)))
  const further = byName(behind.flatMap((one) => partiesNamedIn(one.resource)))
  const related = [...new Set([...tasks, ...named, ...behind, ...further])]
    .filter(({ type }) => type !== 'CareTeam')
    .map((one) => one.held)
  const parties = readParties(related, elements.contained ?? [])
  const claim = claimOf(elements, tasksAmong(related), parties, held)
  const rivalStatus = claim && rivalStatusOf[claim]
  return heldRowOf(held, related, {
    when: holdsFrom(elements),
    status: elements.status,
    content: teamContent(elements, parties),
    facets: { claim: claim ? [claim] : [] },
    codes: tokensOf([...(elements.category ?? []), ...(elements.reasonCode ?? [])]),
    ...(rivalStatus !== undefined && { isRival: true, rivalStatus }),
  })
}

/** Hand-overs are resources of their own, with versions of their own: they are not what the team says. */
function teamContent(team: TeamElements, parties: Parties): string {
  const { status, name, period, category = [], participant = [] } = team
  return contentOf({
    ...{ status, name, period, category: category.map((one) => tokensOf([one])) },
    participant: participant.map(({ member, role = [], period: within }) => [
      parties.partyOf(member),
      role.map((one) => tokensOf([one])),
      within,
    ]),
    responsible: responsibilityOf(team, parties),
  })
}
