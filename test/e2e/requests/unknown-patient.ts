import { describe, expect, it } from '@jest/globals'
import { patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations } from '../../kit/observations.js'

/** A synthetic number (birth month + 80) of nobody in the demo. */
const stranger = { ...patients.none, identifier: '28891550067' }

export function unknownPatient(network: () => WatchedNetwork): void {
  describe('a patient whom nobody holds data on', () => {
    it.each([
      ['known to the demo as one without data', patients.none],
      ['of whom nobody has heard', stranger],
    ])('gets an answer with every source EMPTY: %s', async (_, patient) => {
      const list = await askObservations(network(), 'nurse', { patient, rows: 'id' })
      expect(list).toEqual({
        nodes: [],
        edges: [],
        pageInfo: {
          hasNextPage: false,
          hasPreviousPage: false,
          startCursor: null,
          endCursor: null,
        },
        totalCount: { value: 0, precision: 'EXACT' },
        // All were asked, and all answered: nothing is known or suspected to be missing.
        complete: true,
        completeness: {
          agreed: 6,
          asked: 6,
          answered: 6,
          failed: 0,
          withheld: 0,
          stale: 0,
          notAsked: 0,
          catalogueAsOf: expect.stringMatching(/Z$/),
          catalogueStale: false,
        },
        sources: Array(6).fill({
          organization: { number: expect.any(String), name: expect.any(String) },
          status: 'EMPTY',
          reason: null,
          returned: 0,
          dropped: 0,
          withheld: 'NONE',
          asOf: expect.stringMatching(/Z$/),
        }),
      })
    })

    it('takes as long as any other: no source says how long it took to find nothing', async () => {
      const query = `query ($identifier: PatientIdentifier!) {
        patient(identifier: $identifier) { observations { sources { status elapsed } } }
      }`
      const { identifier } = stranger
      const { body } = await network().ask('nurse', query, { identifier })
      const sources = Array(6).fill({ status: 'EMPTY', elapsed: null })
      expect(body).toEqual({ data: { patient: { observations: { sources } } } })
    })
  })
}
