import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AuditEvent, Bundle, FhirResource, Patient } from 'fhir/r4.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { batchOf, sendBundle } from './send-bundle.js'
import { patientGateway, STARTING_MS } from './setting.js'

const data = dataFolder()
const REFUSED = '422 Unprocessable Entity'
/** Of which plans are made (plans.test.ts), care teams, appointments and messages. */
const TAKEN = [
  'Observation',
  'Patient',
  'Device',
  'DeviceRequest',
  'MedicationDispense',
  'DeviceUseStatement',
  'CarePlan',
  'Goal',
  'Condition',
  'ServiceRequest',
  'CareTeam',
  'Task',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'RelatedPerson',
  'HealthcareService',
  'Appointment',
  'Encounter',
  'Communication',
  'Questionnaire',
  'QuestionnaireResponse',
  'EpisodeOfCare',
  'DetectedIssue',
  'Flag',
  'Composition',
  'DocumentReference',
  'MedicationStatement',
  'MedicationRequest',
  'Medication',
  'ClinicalImpression',
]

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ organizations: ['municipality'], settings: patientGateway })
}, STARTING_MS)
afterAll(() => network.stop())

const send = (bundle: object) => sendBundle(network, 'municipality', bundle)
const namesOf = (path: string) => data.files<FhirResource>(path, /./)

describe('what is neither measurement nor plan', () => {
  const examples = namesOf('fhir/small/r4-spec').map(([, resource]) => resource)
  const others = examples.filter(({ resourceType }) => !TAKEN.includes(resourceType))

  it('is not supported, whatever of FHIR it is', async () => {
    const { status, entries } = await send(batchOf(others))
    expect(status).toBe(200)
    expect(new Set(others.map(({ resourceType }) => resourceType)).size).toBeGreaterThan(10)
    expect(entries).toHaveLength(others.length)
    for (const entry of entries) {
      expect(entry).toMatchObject({
        status: REFUSED,
        issues: ['error not-supported: resource resources of this type are not taken here'],
      })
    }
  })

  it('is not taken in part: a transaction with one of them is refused whole', async () => {
    const [first] = others
    const [patient] = examples.filter(({ resourceType }) => resourceType === 'Patient')
    const answer = await send(batchOf([first ?? {}, patient ?? {}], 'transaction'))
    expect(answer).toMatchObject({
      status: 422,
      issues: ['error not-supported: resource resources of this type are not taken here'],
    })
  })

  it('is used for references only where it is a patient or a device, or refused by element', async () => {
    const used = examples.filter(({ resourceType }) => ['Patient', 'Device'].includes(resourceType))
    const { entries } = await send(batchOf(used))
    for (const { status, issues } of entries) {
      const said = status === REFUSED ? /^error \w+: resource\./ : /^information informational: /
      expect(issues).toEqual([expect.stringMatching(said)])
    }
  })

  it.each(data.files<Bundle>('fhir/small/r4-spec-bundles', /./))(
    'is not taken from Bundles of others either: %s',
    async (_, bundle) => {
      const { status, entries, issues } = await send(bundle)
      if (bundle.type === 'collection' || bundle.type === 'document') {
        // Entry by entry: nothing but what helps to understand a measurement, and no measurement that is whole.
        expect(entries).toHaveLength(bundle.entry?.length ?? 0)
        for (const entry of entries) {
          expect(entry.location).toBeUndefined()
          expect(entry.issues[0]).toMatch(/^(error|information) [a-z-]+: /)
        }
      } else if (bundle.type === 'transaction') {
        expect(status).toBe(422)
        for (const issue of issues) expect(issue).toMatch(/^error [a-z-]+: re(quest|source)\b/)
      } else {
        expect(status).toBe(400)
        expect(issues).toEqual([
          'error invalid: Bundle.type must be batch, transaction, collection or document. (Bundle.type)',
        ])
      }
    },
  )
})

describe('data points of Open mHealth', () => {
  const points = data.files<object>('fhir/small/openmhealth', /./).map(([, point]) => point)

  it('are no FHIR: neither as a Bundle nor in one', async () => {
    expect(points.length).toBe(294)
    for (const point of points.slice(0, 20)) {
      expect(await send(point)).toEqual({
        status: 400,
        entries: [],
        issues: ['error invalid: The body is not a FHIR Bundle. (Bundle.resourceType)'],
      })
    }
    const { entries } = await send(batchOf(points))
    expect(entries).toHaveLength(points.length)
    for (const entry of entries) {
      expect(entry).toMatchObject({
        status: REFUSED,
        issues: ['error required: resource is required'],
      })
    }
  })
})

describe('the AuditEvents of HL7 Norway', () => {
  const events = data.files<AuditEvent>('no/auditevent/examples', /^AuditEvent-/)

  it('are not supported', async () => {
    const { entries } = await send(batchOf(events.map(([, event]) => event)))
    expect(entries.map(({ status }) => status)).toEqual(Array(3).fill(REFUSED))
  })

  it('hold a patient whose number stands in `identifier.id`: no measurement is taken about such a one', async () => {
    const patients = events.flatMap(([, { contained = [] }]) =>
      contained.filter((one): one is Patient => one.resourceType === 'Patient'),
    )
    expect(patients.length).toBeGreaterThan(0)
    for (const patient of patients) {
      const measurement = {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
        effectiveDateTime: '2026-01-01',
        valueQuantity: { value: 60, code: '/min' },
        contained: [patient],
        subject: { reference: `#${patient.id ?? ''}` },
      }
      const { entries } = await send(batchOf([measurement]))
      expect(entries).toMatchObject([
        {
          status: REFUSED,
          issues: [
            'error value: resource.subject has no identifier.value; FHIR’s identifier.id is no place for a number',
          ],
        },
      ])
    }
  })
})
