import { describe, expect, it } from '@jest/globals'
import { type DemoPatient, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, type List, statusesOf } from '../../kit/observations.js'

const every = (status: string) => ({
  municipality: status,
  hospital: status,
  gp: status,
  neighbour: status,
  homeCare: status,
  rehabilitation: status,
})

export function requesters(network: () => WatchedNetwork): void {
  const ask = (persona: string, patient: DemoPatient): Promise<List<{ id: string }>> =>
    askObservations(network(), persona, { patient, rows: 'id' })

  describe('a citizen', () => {
    it.each([
      ['the patient', 'patient', patients.copd, true],
      ['a parent, of a child of 8', 'parent', patients.child, false],
      ['the holder of a power of attorney, of whom it is for', 'proxy', patients.diabetes, false],
    ])('reads what organisations hold: %s', async (_, persona, patient, complete) => {
      const list = await ask(persona, patient)
      expect(list.nodes).toHaveLength(4 * patient.organizations.length)
      // A representative is never told whether something is withheld.
      expect(list.complete).toBe(complete)
      const answered = Object.entries(statusesOf(list)).filter(([, status]) => status === 'OK')
      expect(new Set(answered.map(([key]) => key))).toEqual(new Set(patient.organizations))
    })

    it.each([
      ['the patient, of another patient', 'patient', patients.diabetes],
      ['a youth, of a grown-up', 'youth', patients.copd],
      ['a parent, of somebody who is not the child', 'parent', patients.copd],
      ['the holder of a power of attorney, of somebody else', 'proxy', patients.copd],
    ])('is refused by every source: %s', async (_, persona, patient) => {
      const list = await ask(persona, patient)
      expect(list.nodes).toEqual([])
      expect(statusesOf(list)).toEqual(every('REFUSED NOT_REPRESENTED'))
      expect(list.complete).toBe(false)
      expect(list.totalCount).toEqual({ value: null, precision: 'UNKNOWN' })
    })
  })

  describe('somebody who works in health care without being health personnel', () => {
    it.each([
      ['a secretary without HPR number', 'secretary'],
      ['a log controller', 'log-controller'],
    ])(
      'is refused by every source for the role, and the answer says so: %s',
      async (_, persona) => {
        const list = await ask(persona, patients.copd)
        expect(list.nodes).toEqual([])
        expect(statusesOf(list)).toEqual(every('REFUSED ROLE'))
        expect(list.complete).toBe(false)
        expect(list.completeness).toMatchObject({ agreed: 6, asked: 6, answered: 0, failed: 6 })
        expect(list.totalCount).toEqual({ value: null, precision: 'UNKNOWN' })
      },
    )
  })
}
