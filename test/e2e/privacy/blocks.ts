import { afterEach, describe, expect, it } from '@jest/globals'
import { organizations, personas } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from './settings.js'
import { hospital, measureLater, municipality, seenBy } from './world.js'

const hprOf = (key: string) => personas.find((one) => one.key === key)?.hprNumber

/** What a patient's statement does at every organisation. */
export function blocks(network: () => WatchedNetwork): void {
  const seen = (persona: string) => seenBy(network(), persona)
  const state = (what: 'block' | 'consent' | 'reserve' | 'lift', variables = {}) =>
    change(network(), 'patient', what, variables)

  describe('a block on an organisation', () => {
    afterEach(() => liftAll(network(), 'patient'))

    it('closes its data at every node, wherever a copy lies, in list, latest, trend and count; lifted, it opens', async () => {
      const before = await seen('hospital-doctor')
      expect(before).toMatchObject({
        list: [municipality, hospital],
        rows: 24,
        count: 24,
      })
      const blocked = await state('block', { data: { organization: municipality } })
      expect(blocked).toMatchObject({ inForce: true })
      for (const { number: organization } of Object.values(organizations)) {
        expect(blocked.nodes).toContainEqual({ organization, state: 'IN_FORCE' })
      }
      for (const persona of ['hospital-doctor', 'gp']) {
        const after = await seen(persona)
        expect(after).toMatchObject({ list: [hospital], rows: 12, count: 12 })
        expect(before.latest).toContain(municipality)
        expect(after.latest).not.toContain(municipality)
        expect(after.folded).toBeLessThan(before.folded)
        expect(after.complete).toBe(false)
        expect(after.sources[municipality]).toContain('OBJECTION')
        expect(after.sources[hospital]).toBe('OK OBJECTION')
      }
      await state('lift', { id: blocked.statements[0]?.id })
      expect(await seen('hospital-doctor')).toEqual(before)
    })

    it('holds for what is recorded later, until it is lifted', async () => {
      const blocked = await state('block', { data: { organization: municipality } })
      await measureLater(network())
      expect(await seen('hospital-doctor')).toMatchObject({ list: [hospital], rows: 12 })
      await state('lift', { id: blocked.statements[0]?.id })
      expect(await seen('hospital-doctor')).toMatchObject({
        list: [municipality, hospital],
        rows: 30,
      })
    })
  })

  describe('a statement', () => {
    afterEach(() => liftAll(network(), 'patient'))

    it('closes what a named professional would see, and nothing to a colleague', async () => {
      await state('block', { recipient: { professional: hprOf('hospital-doctor') } })
      expect(await seen('hospital-doctor')).toMatchObject({ rows: 0, latest: [], folded: 0 })
      expect((await seen('acute-doctor')).rows).toBeGreaterThan(0)
    })

    it('lets a consent for a named professional open what a block closes to the organisation', async () => {
      await state('block', { recipient: { organization: hospital } })
      expect(await seen('hospital-doctor')).toMatchObject({ rows: 0 })
      await state('consent', { recipient: { professional: hprOf('hospital-doctor') } })
      expect((await seen('hospital-doctor')).rows).toBeGreaterThan(0)
      expect(await seen('acute-doctor')).toMatchObject({ rows: 0 })
    })

    it('closes one element under all its codes, and one period', async () => {
      // SNOMED CT for what was recorded under LOINC.
      await state('block', { data: { code: 'http://snomed.info/sct|364075005' } })
      expect(await seen('hospital-doctor')).toMatchObject({ folded: 0 })
      await state('block', {
        data: { from: '2020-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' },
      })
      expect(await seen('hospital-doctor')).toMatchObject({ rows: 0 })
    })

    it('closes everything to everybody but the patient where the patient has reserved', async () => {
      await state('reserve')
      expect(await seen('hospital-doctor')).toMatchObject({ rows: 0, folded: 0, latest: [] })
      expect((await seen('patient')).rows).toBeGreaterThan(0)
    })
  })
}
