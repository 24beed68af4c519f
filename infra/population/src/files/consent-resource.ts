import type { Bundle, Consent, ConsentProvision } from 'fhir/r4.js'
import { controllerOf, FNR, type Place } from '../fhir/parties.js'
import type { PatientRecord } from '../generate-patient.js'
import { createRandom, type Random } from '../random.js'
import type { World } from '../world.js'

/** Blocks as the privacy service takes them: FHIR R4 after the Norwegian draft profile (HL7Norway/Consent 0.1.0). */
export function consentOf(
  { patient, entries }: PatientRecord,
  { seed, shares, days, calendar }: World,
): Consent | undefined {
  // A chance of its own: with or without blocks the measurements are the same.
  const random = createRandom(`${seed} consent ${patient.index}`)
  const [first] = entries
  if (!first || !random.chance(shares.blocks)) return undefined
  const day = random.whole(1, days)
  return {
    resourceType: 'Consent',
    id: `${patient.key}-block`,
    status: 'active',
    scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
    category: [coded('http://loinc.org', '59284-0')],
    patient: { identifier: { system: FNR, value: patient.person.identifier } },
    dateTime: calendar.at(day, 19, random.whole(0, 59)),
    policyRule: coded('http://hl7.no/fhir/CodeSystem/no-basis-legal-formality-or-basis', 'PBRL5-3'),
    provision: provisionOf([...new Set(entries.map(({ place }) => place))], first.place, random),
  }
}

/** Everything, or what one of those who hold data has made. */
function provisionOf(holders: readonly Place[], first: Place, random: Random): ConsentProvision {
  if (random.chance(0.3)) return { type: 'deny' }
  const { organization } = random.pick([first, ...holders])
  const role = coded('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'CST')
  return { type: 'deny', actor: [{ role, reference: controllerOf(organization) }] }
}

/** A transaction, in one line. */
export function consentsTransaction(resources: readonly Consent[]): string {
  const bundle: Bundle<Consent> = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'POST', url: 'Consent' },
    })),
  }
  return JSON.stringify(bundle)
}

const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
