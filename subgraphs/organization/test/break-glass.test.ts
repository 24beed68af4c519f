import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import type { Professional } from '@kilde/trust'
import { createBreakGlass } from '../src/policy/break-glass.js'
import { builtInBundle } from '../src/policy/bundle.js'
import { openReviews, overdue, reviewsFile, watchReviews } from '../src/policy/reviews.js'

const organization = '310000108'
const kari = parsePatientIdentifier(patients.copd.identifier)
const didrik = parsePatientIdentifier(patients.diabetes.identifier)
const doctor = { kind: 'professional', pid: '09898418860', organization } as Professional
const colleague = { ...doctor, pid: '23867934111' }
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const access = { requestId: 'r-1', blocksUnknown: false }

describe('break-glass', () => {
  let directory: string
  let nowMs: number
  const tables = () => builtInBundle().tables
  const now = () => nowMs
  const list = () => openReviews(reviewsFile(directory, organization))
  const create = () => createBreakGlass({ key: Buffer.alloc(32, 1), reviews: list(), tables, now })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kilde-glass-'))
    nowMs = Date.parse('2026-11-22T12:00:00Z')
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('needs an ordinary question of that person about that patient within the hour', async () => {
    const glass = await create()
    expect(glass.stateOf(doctor, kari)).toEqual({ firstStep: false, over: false })
    glass.noteFirstStep(doctor, kari)
    expect(glass.stateOf(doctor, kari).firstStep).toBe(true)
    expect(glass.stateOf(doctor, didrik).firstStep).toBe(false)
    expect(glass.stateOf(colleague, kari).firstStep).toBe(false)
    expect(glass.stateOf({ ...doctor, organization: '310000205' }, kari).firstStep).toBe(false)
    nowMs += HOUR
    expect(glass.stateOf(doctor, kari).firstStep).toBe(false)
  })
  it('ends after 8 hours, also over a restart, and begins anew with an ordinary question', async () => {
    const glass = await create()
    glass.noteFirstStep(doctor, kari)
    await glass.open(doctor, kari, access)
    nowMs += 8 * HOUR - 1
    const restarted = await create()
    for (const one of [glass, restarted]) {
      expect(one.stateOf(doctor, kari)).toEqual({ firstStep: true, over: false })
    }
    nowMs += 1
    for (const one of [glass, restarted]) {
      expect(one.stateOf(doctor, kari)).toEqual({ firstStep: false, over: true })
    }
    glass.noteFirstStep(doctor, kari)
    expect(glass.stateOf(doctor, kari)).toEqual({ firstStep: true, over: false })
  })
  it('is on the list once, without anybody’s number, before anything is read', async () => {
    const glass = await create()
    await glass.open(doctor, kari, access)
    await glass.open(doctor, kari, { ...access, requestId: 'r-2' })
    const [one, ...others] = await list().all()
    expect(others).toEqual([])
    expect(one).toMatchObject({ requestId: 'r-1', blocksUnknown: false })
    expect(JSON.stringify(one)).not.toMatch(/\d{11}/)
  })
  it('is reviewed at the organisation: unknown blocks first, and late ones sound the alarm', async () => {
    const glass = await create()
    await glass.open(doctor, kari, access)
    nowMs += MINUTE
    await glass.open(colleague, didrik, { requestId: 'r-2', blocksUnknown: true })
    const reviews = list()
    expect((await reviews.all()).map(({ requestId }) => requestId)).toEqual(['r-2', 'r-1'])
    const [first] = await reviews.all()
    await reviews.review(first?.id ?? '', 'JUSTIFIED', 'HPR 9990003', nowMs)
    await expect(reviews.review('nothing', 'JUSTIFIED', 'x', nowMs)).rejects.toThrow('no such')
    const all = await reviews.all()
    expect(all.map(({ requestId }) => requestId)).toEqual(['r-1', 'r-2'])
    expect(all[1]?.reviewed).toMatchObject({ verdict: 'JUSTIFIED', by: 'HPR 9990003' })
    expect(overdue(all, 7, nowMs)).toEqual([])
    nowMs += 7 * 24 * HOUR + 1
    expect(overdue(all, 7, nowMs).map(({ requestId }) => requestId)).toEqual(['r-1'])
    const errors: object[] = []
    const logger = { ...silentLogger, error: (entry: object) => void errors.push(entry) }
    const stop = await watchReviews({ ...{ reviews, organization, tables, now }, logger })
    await stop()
    expect(errors).toMatchObject([{ code: 'BREAK_GLASS_REVIEW_OVERDUE', organization }])
  })
})
