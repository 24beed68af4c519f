import { describe, expect, it } from '@jest/globals'
import type { Answer } from '@kilde/demo/test-network'
import { organizations, patients, personas } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, tryObservations } from '../../kit/observations.js'
import { areWhole, leftBy } from './logs.js'

const { municipality, hospital, gp } = organizations
const patient = patients.copd
const token = `urn:oid:2.16.578.1.12.4.1.4.1|${patient.identifier}`
const question = { patient, rows: 'id valueText' }
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
const trace = expect.stringMatching(/^[0-9a-f]{32}$/)
const recently = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)

export function accesses(network: () => WatchedNetwork): void {
  describe('after an access there is one record at the gateway, and one at each node asked', () => {
    it('that say who read of whom, when and why, and nothing of what was read', async () => {
      let answer: Answer | undefined
      const { nodes } = await askObservations<{ id: string }>(network(), 'nurse', question)
      const left = await leftBy(network(), async () => {
        answer = await tryObservations(network(), 'nurse', question)
      })
      const nurse = personas.find(({ key }) => key === 'nurse')
      const requester = {
        kind: 'professional',
        pid: nurse?.pid,
        name: nurse?.name,
        clientId: 'kilde-cli',
        hprNumber: nurse?.hprNumber,
        authorization: 'SP',
        organization: municipality.number,
        pointOfCare: municipality.pointOfCare,
        healthcareService: '15',
      }
      const why = {
        purpose: 'TREAT',
        decisionRef: {
          id: 'nurse-1',
          description: 'Digital hjemmeoppfølging',
          userSelected: false,
          attestedAt: recently,
        },
        classes: ['Observation'],
      }
      const access = { event: 'PATIENT_DATA_READ', at: recently, trace, ...why, outcome: 'SUCCESS' }
      const fields = ['Observation.id', 'Observation.valueText']
      // To a node it is the gateway that asks, on the nurse's behalf.
      const atHolder = (legalBasis: string, items: readonly string[]) => ({
        ...access,
        requestId: uuid,
        requester: { ...requester, clientId: 'kilde-gateway' },
        patient: token,
        fields: expect.arrayContaining(fields),
        items,
        legalBasis,
        rules,
      })
      const rules = ['Observation/professionals']
      const own = (number: string) =>
        nodes.map(({ id }) => id).filter((id) => id.startsWith(number))
      const agreement = 'helsepersonelloven § 45, pasientjournalloven § 19'
      expect(left).toEqual({
        'gateway municipality': [
          {
            ...access,
            requestId: answer?.headers.get('x-request-id'),
            requester,
            patient: token,
            fields,
            sources: [
              { organization: municipality.number, status: 'OK', returned: 4, complete: true },
              { organization: hospital.number, status: 'OK', returned: 4, complete: true },
              { organization: gp.number, status: 'EMPTY', returned: 0, complete: true },
            ],
          },
        ],
        municipality: [
          atHolder('pasientjournalloven § 19, helsepersonelloven § 25', own(municipality.number)),
        ],
        hospital: [atHolder(agreement, own(hospital.number))],
        // Who does not know the patient keeps neither patient nor person.
        gp: [
          {
            event: 'PATIENT_DATA_READ',
            at: recently,
            requestId: uuid,
            trace,
            requester: {
              kind: 'system',
              clientId: expect.any(String),
              organization: municipality.number,
            },
            patientDigest: expect.stringMatching(/^[\w-]{43}$/),
            purpose: 'TREAT',
            classes: ['Observation'],
            legalBasis: agreement,
            rules,
            outcome: 'SUCCESS',
          },
        ],
      })
    })

    it('for each page anew', async () => {
      const { pageInfo } = await askObservations(network(), 'nurse', { ...question, first: 3 })
      const after = pageInfo.endCursor ?? ''
      const left = await leftBy(network(), () =>
        askObservations(network(), 'nurse', { ...question, first: 3, after }),
      )
      expect(Object.keys(left)).toEqual(['gateway municipality', 'municipality', 'hospital', 'gp'])
      expect(Object.values(left).map((records) => records.length)).toEqual([1, 1, 1, 1])
    })

    it('in the log of the requester’s own organisation, whoever else asks', async () => {
      const left = await leftBy(network(), () => askObservations(network(), 'gp', question))
      expect(Object.keys(left)).toEqual(['gateway gp', 'municipality', 'hospital', 'gp'])
    })

    it('of a citizen in a log of citizens, for they belong to no organisation', async () => {
      const left = await leftBy(network(), () => askObservations(network(), 'patient', question))
      expect(left['gateway citizens']).toEqual([
        expect.objectContaining({
          event: 'PATIENT_DATA_READ',
          requester: {
            kind: 'citizen',
            pid: patient.identifier,
            name: patient.name,
            clientId: 'kilde-cli',
          },
          patient: token,
          purpose: 'PATRQT',
          outcome: 'SUCCESS',
        }),
      ])
      expect(left['hospital']?.[0]).toMatchObject({
        requester: { kind: 'citizen' },
        patient: token,
      })
    })

    it('that say PARTIAL where something is missing, and leave out who was not asked', async () => {
      const filter = { sources: [hospital.number] }
      const left = await leftBy(network(), () =>
        askObservations(network(), 'nurse', { ...question, filter }),
      )
      expect(Object.keys(left)).toEqual(['gateway municipality', 'hospital'])
      expect(left['gateway municipality']?.[0]).toMatchObject({
        outcome: 'PARTIAL',
        sources: [
          { organization: municipality.number, status: 'NOT_ASKED', reason: 'EXCLUDED' },
          { organization: hospital.number, status: 'OK' },
          { organization: gp.number, status: 'NOT_ASKED', reason: 'EXCLUDED' },
        ],
      })
    })

    it('but none where nobody’s data were asked for', async () => {
      const left = await leftBy(network(), async () => {
        await network().ask('nurse', '{ __schema { queryType { name } } }')
        await network().ask('nurse', '{ organizations { name } }')
      })
      expect(left).toEqual({})
    })

    it('each in its place in a log that is whole', async () => {
      expect(new Set(await areWhole(network()))).toEqual(new Set([true]))
    })
  })
}
