import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations } from '../../kit/observations.js'
import { leftBy, logAt } from './logs.js'

const { hospital } = organizations
const { identifier } = patients.copd
const token = `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}`

/** Each with a valid token: what it asks, the code of its refusal, and whether the patient is known by then. */
const refusedRequests = [
  [
    'an unknown field',
    'patient(identifier: $identifier) { diagnosis }',
    'GRAPHQL_VALIDATION_FAILED',
    true,
  ],
  [
    'first: 0',
    'patient(identifier: $identifier) { observations(first: 0) { complete } }',
    'ARGUMENT_OUT_OF_RANGE',
    true,
  ],
  [
    'a forged cursor',
    'patient(identifier: $identifier) { observations(after: "x") { complete } }',
    'CURSOR_INVALID',
    true,
  ],
  ['a literal identifier', 'patient(identifier: "me") { id }', 'IDENTIFIER_IN_DOCUMENT', false],
  [
    'two patients',
    'a: patient(identifier: $identifier) { id } b: patient(identifier: $identifier) { id }',
    'ONE_PATIENT_ONLY',
    false,
  ],
] as const

export function refused(network: () => WatchedNetwork): void {
  describe('a refused request with a valid token', () => {
    it.each(refusedRequests)(
      'is recorded with its code at the gateway, and nowhere else: %s',
      async (_, selection, code, known) => {
        const query = `query ($identifier: PatientIdentifier!) { ${selection} }`
        const left = await leftBy(network(), () => network().ask('nurse', query, { identifier }))
        expect(left).toEqual({
          'gateway municipality': [
            expect.objectContaining({
              event: 'REQUEST_REFUSED',
              requester: expect.objectContaining({
                name: 'Siri Sykepleier',
                clientId: 'kilde-cli',
              }),
              purpose: 'TREAT',
              outcome: 'REFUSED',
              code,
              ...(known && { patient: token }),
            }),
          ],
        })
        expect('patient' in (left['gateway municipality']?.[0] ?? {})).toBe(known)
      },
    )

    it('is recorded by each source that refuses it, with the reason and without the patient’s number', async () => {
      const question = { patient: patients.copd, rows: 'id' }
      const left = await leftBy(network(), () => askObservations(network(), 'secretary', question))
      expect(Object.keys(left)).toEqual(['gateway hospital', 'municipality', 'hospital', 'gp'])
      expect(left['gateway hospital']).toEqual([
        expect.objectContaining({
          event: 'PATIENT_DATA_READ',
          outcome: 'FAILED',
          code: 'NO_SOURCE_ANSWERED',
          patient: token,
        }),
      ])
      for (const key of ['municipality', 'hospital', 'gp']) {
        expect(left[key]).toEqual([
          expect.objectContaining({
            event: 'PATIENT_DATA_REFUSED',
            requester: expect.objectContaining({
              name: 'Signe Sekretær',
              organization: hospital.number,
            }),
            patientDigest: expect.stringMatching(/^[\w-]{43}$/),
            purpose: 'COC',
            outcome: 'REFUSED',
            code: 'ROLE',
          }),
        ])
        expect(left[key]?.[0]).not.toHaveProperty('patient')
      }
    })
  })

  describe('a request without a valid token', () => {
    it('stands in the security log, and in no access log', async () => {
      const folder = join(logAt(network(), { gateway: 'citizens' }).directory, 'security')
      let requestId: string | null = null
      const left = await leftBy(network(), async () => {
        const response = await fetch(`${network().gateway}/graphql`, {
          method: 'POST',
          body: JSON.stringify({ query: '{ __typename }' }),
          headers: { 'content-type': 'application/json' },
        })
        expect(response.status).toBe(401)
        requestId = response.headers.get('x-request-id')
      })
      expect(left).toEqual({})
      const lines = await untilThere(join(folder, 'security.jsonl'), requestId ?? '')
      expect(lines).toContain('"code":"TOKEN_MISSING"')
    })
  })
}

/** The security log is written behind the answer: it must never hold a request up. */
async function untilThere(path: string, text: string): Promise<string> {
  for (;;) {
    const content = await readFile(path, 'utf8').catch(() => '')
    const line = content.split('\n').find((one) => one.includes(text))
    if (line !== undefined) return line
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
