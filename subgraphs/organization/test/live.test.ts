import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { createPlaces } from '../src/live/places.js'
import { createWakes } from '../src/live/wakes.js'
import { createWindow } from '../src/live/windowed.js'
import type { Sources } from '../src/question/fields/field.js'
import type { PageQuestion, SourceRow } from '../src/sources/source.js'

const patient = parsePatientIdentifier('08825133489')
const token = `${patient.system}|${patient.value}`
const signal = new AbortController().signal

describe('what wakes streams', () => {
  it('is what concerns their patient, or everybody, also between two waits', async () => {
    const wakes = createWakes()
    const listening = wakes.listen(patient)
    const waits = [listening.wait(60_000, signal)]
    wakes.wake(['someone|else'])
    wakes.wake([token])
    await Promise.all(waits)
    wakes.wakeAll()
    await listening.wait(60_000, signal)
    listening.leave()
  })
})

describe('places for streams of a node', () => {
  it('are so many for each requester and in all, and free again when a stream is over', () => {
    const places = createPlaces({ ofRequester: 1, ofAll: 2 })
    const leave = places.enter('a')
    expect(() => places.enter('a')).toThrow('As many streams are open')
    places.enter('b')
    expect(() => places.enter('c')).toThrow('As many streams are open')
    leave()
    leave()
    places.enter('a')
    expect(() => places.enter('c')).toThrow('As many streams are open')
  })
})

/** A source of rows that were received at their time, which gives as many as are asked for. */
function sourceOf(rows: () => readonly number[]): Sources {
  const read = async ({ received, after, limit }: PageQuestion) => {
    const { fromMs = 0, untilMs = 0 } = received ?? {}
    const found = rows()
      .filter((t) => t >= fromMs && t < untilMs && (!after || t < after.t))
      .toSorted((a, b) => b - a)
    const page = found.slice(0, limit).map((t) => rowAt(t))
    return { known: true, rows: page, more: found.length > limit, asOfMs: 0 }
  }
  return { read } as unknown as Sources
}

const rowAt = (t: number) =>
  ({ id: `310000108.${t}`, identity: `${t}`, t, version: 1, content: 'x' }) as SourceRow

describe('a window', () => {
  it('has each row once, page after page, also one that became visible late', async () => {
    let rows: readonly number[] = [90, 101, 102, 103]
    const window = createWindow({ source: sourceOf(() => rows), fromMs: 100, overlapMs: 10 })
    const question = { limit: 2 } as PageQuestion
    const page = async () => (await window.source.read(question, signal)).rows.map(({ t }) => t)
    window.turnTo(104)
    expect(await page()).toEqual([103, 102])
    expect(window.turnPage()).toBe(true)
    expect(await page()).toEqual([101])
    expect(window.turnPage()).toBe(false)
    rows = [...rows, 100, 105]
    window.turnTo(110)
    const told = await page()
    while (window.turnPage()) told.push(...(await page()))
    expect(told).toEqual([105, 100])
  })

  it('has nothing but lists', async () => {
    const window = createWindow({ source: sourceOf(() => []), fromMs: 0, overlapMs: 0 })
    await expect(window.source.names({ patient }, signal)).rejects.toMatchObject({
      code: 'LIVE_NOT_OFFERED',
    })
  })
})
