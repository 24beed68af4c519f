import { rename, rm, writeFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { patients } from '@kilde/people'
import { refusalOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, statusesOf, tryObservations } from '../../kit/observations.js'
import { areWhole, folderOf, type Log, recordsIn } from './logs.js'

const question = { patient: patients.copd, rows: 'id valueText' }
const unavailable = {
  status: 503,
  code: 'AUDIT_UNAVAILABLE',
  text: 'The access log cannot be written, so nothing was given out. Ask again later.',
}

export function failures(network: () => WatchedNetwork): void {
  const ask = (persona: string) => tryObservations(network(), persona, question)
  const isReady = async (url: string) => (await fetch(`${url}/health/ready`)).status === 200

  /** Takes a log’s folder away from under it while something is done. */
  const without = async (log: Log, action: () => Promise<void>) => {
    const folder = folderOf(network(), log)
    await rename(folder, `${folder}-away`)
    try {
      await action()
    } finally {
      await rename(`${folder}-away`, folder)
    }
  }

  describe('the gateway whose access log cannot be written', () => {
    const log = { gateway: 'municipality' } as const

    it('answers AUDIT_UNAVAILABLE without data, is not ready, and goes on when the log is back', async () => {
      await ask('nurse')
      const before = (await recordsIn(network(), log)).length
      await without(log, async () => {
        expect(refusalOf(await ask('nurse'))).toEqual(unavailable)
        expect(JSON.stringify((await ask('nurse')).body)).not.toContain('patient')
        expect(await isReady(network().gateway)).toBe(false)
      })
      expect((await ask('nurse')).status).toBe(200)
      expect(await isReady(network().gateway)).toBe(true)
      const since = (await recordsIn(network(), log)).slice(before)
      expect(since).toEqual([
        { event: 'AUDIT_RESUMED', at: expect.any(String), since: expect.any(String), rejected: 2 },
        expect.objectContaining({ event: 'PATIENT_DATA_READ', outcome: 'SUCCESS' }),
      ])
    })

    it('does not even say why it refuses', async () => {
      await without(log, async () => {
        const query =
          'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { diagnosis } }'
        const { identifier } = patients.copd
        expect(refusalOf(await network().ask('nurse', query, { identifier }))).toEqual(unavailable)
      })
      await ask('nurse')
    })

    it('keeps out one organisation alone: the others have logs of their own', async () => {
      await without(log, async () => {
        expect(refusalOf(await ask('nurse'))).toEqual(unavailable)
        expect((await ask('gp')).status).toBe(200)
      })
      expect((await ask('nurse')).status).toBe(200)
    })

    it('refuses where a log cannot even be opened, and opens it as soon as it can', async () => {
      const folder = folderOf(network(), { gateway: 'hospital' })
      await rename(folder, `${folder}-away`).catch(() => undefined)
      await writeFile(folder, 'no folder')
      expect(refusalOf(await ask('hospital-doctor'))).toEqual(unavailable)
      await rm(folder)
      await rename(`${folder}-away`, folder).catch(() => undefined)
      expect((await ask('hospital-doctor')).status).toBe(200)
    })
  })

  describe('a node whose access log cannot be written', () => {
    it('gives nothing and is reported so, while the others are whole', async () => {
      const whole = await askObservations<{ id: string }>(network(), 'nurse', question)
      const { hospital } = network().services
      await without({ node: 'hospital' }, async () => {
        const list = await askObservations<{ id: string }>(network(), 'nurse', question)
        expect(statusesOf(list)).toEqual({
          municipality: 'OK',
          hospital: 'AUDIT_UNAVAILABLE AUDIT_FAILED',
          gp: 'EMPTY',
        })
        expect(list.complete).toBe(false)
        expect(list.completeness).toMatchObject({ asked: 3, answered: 2, failed: 1 })
        expect(list.nodes).toEqual(whole.nodes.filter(({ id }) => id.startsWith('310000108.')))
        expect(list.totalCount).toEqual({ value: 4, precision: 'LOWER_BOUND' })
        expect(await isReady(hospital?.url ?? '')).toBe(false)
      })
      const again = await askObservations<{ id: string }>(network(), 'nurse', question)
      expect(again.nodes).toEqual(whole.nodes)
      expect(again.complete).toBe(true)
      const records = await recordsIn(network(), { node: 'hospital' })
      expect(records.filter(({ event }) => event === 'AUDIT_RESUMED')).toHaveLength(1)
    })

    it('leaves all logs whole', async () => {
      expect(new Set(await areWhole(network()))).toEqual(new Set([true]))
    })
  })
}
