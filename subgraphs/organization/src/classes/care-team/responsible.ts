import { instant } from '../common-fields.js'
import { awayOf, hoursOf } from '../hours.js'
import { contactsOf, type Parties, type Party } from '../parties.js'
import type { Reference } from '../party-elements.js'
import type { Participant, TeamElements } from './elements.js'
import { termsOf } from './terms.js'

/** HL7 v3 ParticipationType: who has the primary responsibility. */
const ROLES = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const RESPONSIBLE = 'RESP'

/** Who is responsible, and the references by which somebody is reached. */
export interface Named {
  readonly party: Party
  readonly references: readonly Reference[]
  readonly participant: Participant | undefined
}

/**
 * Who is responsible for the daily follow-up by a team's word: its participants with that role; the organisation that manages it
 * where only the terms of a follow-up are told. None: the team says nothing of it. Whoever has left is followed by who stays.
 */
export function namedIn(team: TeamElements, parties: Parties): readonly Named[] {
  const all = (team.participant ?? []).filter(isResponsible)
  const staying = all.filter(({ period }) => period?.end === undefined)
  const last = all
    .map(({ period }) => period?.end ?? '')
    .toSorted()
    .at(-1)
  const now = staying.length > 0 ? staying : all.filter(({ period }) => period?.end === last)
  if (now.length > 0) return now.flatMap((one) => ofParticipant(one, team, parties))
  if (!termsOf(team)) return []
  return (team.managingOrganization ?? []).slice(0, 1).flatMap((reference) => {
    const party = parties.partyOf(reference)
    return party ? [{ party, references: [reference], participant: undefined }] : []
  })
}

const isResponsible = ({ role = [] }: Participant): boolean =>
  role
    .flatMap(({ coding = [] }) => coding)
    .some(({ system, code }) => system === ROLES && code === RESPONSIBLE)

function ofParticipant(
  participant: Participant,
  { managingOrganization = [] }: TeamElements,
  parties: Parties,
): readonly Named[] {
  const { member, onBehalfOf } = participant
  const party = parties.partyOf(member)
  const [manager] = managingOrganization
  // A person works for somebody: who is named beside, else who manages the team.
  const isPerson = isPersonal(member)
  const organization =
    party?.organization ??
    parties.partyOf(onBehalfOf)?.organization ??
    (isPerson ? parties.partyOf(manager)?.organization : undefined)
  const display = party?.display ?? parties.partyOf(onBehalfOf)?.display
  if (display === undefined && !organization) return []
  const references = [member, onBehalfOf].filter((one) => one !== undefined)
  return [{ party: { display, organization }, references, participant }]
}

const PERSONS = ['Practitioner', 'PractitionerRole', 'RelatedPerson', 'Patient']

const isPersonal = (member: Reference | undefined): boolean =>
  PERSONS.includes(member?.type ?? member?.reference?.split('/').at(-2) ?? '')

/** The first of them as the contract shows it; with all whom the team names, where they are several. */
export function responsibilityOf(team: TeamElements, parties: Parties) {
  const terms = termsOf(team)
  return namedIn(team, parties).map(({ party, references, participant }) => {
    const available = references.flatMap((one) => parties.timesOf(one))
    return {
      party,
      start: instant(participant?.period?.start),
      telecom: contactsOf(references.flatMap((one) => parties.telecomOf(one) ?? [])),
      hours: hoursOf(available, terms?.hours ?? []),
      away: awayOf(available),
      expectedResponse: terms?.expectedResponse ?? [],
      escalation: terms?.escalation ?? [],
      stopCriteria: terms?.stopCriteria ?? [],
    }
  })
}
