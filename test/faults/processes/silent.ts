import { expect, it } from '@jest/globals'
import type { Toxics } from '../../kit/fault-proxy.js'
import {
  ask,
  expectRows,
  heal,
  note,
  repeat,
  reportOf,
  type Setting,
  scaled,
  toldOf,
} from './setting.js'
import type { SourceProcess } from './source-processes.js'

/** R3, R4, R9, R12 and R14: connections on which too little happens. */
export function silent(setting: () => Setting): void {
  const first = (): SourceProcess => {
    const [source] = setting().sources
    if (!source) throw new RangeError('no sources')
    return source
  }

  /** Asks many times at once, while one source is spoilt. */
  async function askSpoilt(toxics: Toxics, times: number) {
    const source = first()
    const before = source.proxy.open()
    source.proxy.poison(toxics)
    const answers = await repeat(times, 10, () => ask(setting()))
    for (const answer of answers) {
      expectRows(setting(), answer, { missing: [source.number] })
      expect(answer.list.complete).toBe(false)
    }
    const slowestMs = Math.max(...answers.map(({ tookMs }) => tookMs))
    const leftMs = await untilClosed(source, before)
    return { answers, figures: { slowestMs, leftMs } }
  }

  const late = ['TIMED_OUT DEADLINE', 'UNREACHABLE CIRCUIT_OPEN']

  it.each([
    ['R3: takes requests and never answers', 'R3', { timeout: true }, scaled(10, 10_000)],
    ['R4: drips, byte by byte', 'R4', { slicer: { bytes: 1, pauseMs: 100 } }, 4],
    ['R4: sends slowly', 'R4', { bandwidth: { bytesPerSecond: 40 } }, 4],
  ] as const)(
    '%s: it has its whole time and no more, and leaves nothing open',
    async (_, id, toxics, times) => {
      const number = first().number
      const { answers, figures } = await askSpoilt(toxics, times)
      const told = answers.map((answer) => toldOf(answer, number))
      expect(late).toEqual(expect.arrayContaining([...new Set(told)]))
      expect(told).toContain('TIMED_OUT DEADLINE')
      note(id, figures)
    },
  )

  it('R9: is cut off one way, and is back within 10 s of its healing', async () => {
    const source = first()
    const cutOffMs = scaled(6_000, 60_000)
    source.proxy.poison({ partition: 'DOWN' })
    const healsAt = performance.now() + cutOffMs
    const told = new Set<string>()
    while (performance.now() < healsAt) told.add(toldOf(await ask(setting()), source.number))
    source.proxy.poison({})
    const healedAt = performance.now()
    while (reportOf(await ask(setting()), source.number)?.status !== 'OK') {
      if (performance.now() - healedAt > 30_000) throw new Error('it never came back')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(late).toEqual(expect.arrayContaining([...told]))
    expect(told).toContain('TIMED_OUT DEADLINE')
    note('R9', { backAfterMs: performance.now() - healedAt })
  }, 150_000)

  it('R12: stands still for longer than its time; its late answer is given to nobody else', async () => {
    const source = first()
    const rounds = scaled(1, 3)
    for (let round = 0; round < rounds; round++) {
      source.signal('SIGSTOP')
      const still = await Promise.all([0, 1, 0, 1].map((patient) => ask(setting(), patient)))
      for (const answer of still) expect(toldOf(answer, source.number)).toBe('TIMED_OUT DEADLINE')
      source.signal('SIGCONT')
      // The other patient's rows, on the very connections that the late answers come by.
      await repeat(scaled(40, 3_400), 6, async (at) => {
        const answer = await ask(setting(), at % 2)
        const missing = reportOf(answer, source.number)?.status === 'OK' ? [] : [source.number]
        expectRows(setting(), answer, { patient: at % 2, missing })
      })
      await heal(setting())
    }
  }, 150_000)

  it('R14: takes nothing from those who ask others', async () => {
    const source = first()
    const others = setting()
      .sources.slice(1)
      .map(({ number }) => number)
    const askOthers = async (): Promise<number[]> => {
      const times: number[] = []
      for (let at = 0; at < scaled(25, 400); at++) {
        const { list, tookMs } = await ask(setting(), 0, others)
        expect(list.completeness).toMatchObject({ answered: others.length, failed: 0, notAsked: 2 })
        times.push(tookMs)
      }
      return times.sort((a, b) => a - b)
    }
    const before = await askOthers()
    source.proxy.poison({ timeout: true })
    const stuck = repeat(20, 20, () => ask(setting()))
    await untilOpen(source, 20)
    const meanwhile = await askOthers()
    source.proxy.poison({})
    for (const answer of await stuck) {
      expectRows(setting(), answer, { others: [source.number] })
    }
    note('R14', { p99BeforeMs: p99(before), p99MeanwhileMs: p99(meanwhile) })
  })
}

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? 0

/** Waits until so many questions are stuck there. */
async function untilOpen({ proxy }: SourceProcess, count: number): Promise<void> {
  for (let tries = 0; tries < 200 && proxy.open() < count; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** How long until no more connections are open than before (milliseconds). */
async function untilClosed({ proxy }: SourceProcess, before: number): Promise<number> {
  const startedMs = performance.now()
  while (proxy.open() > before + 5) {
    if (performance.now() - startedMs > 30_000) throw new Error('connections stay open')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return performance.now() - startedMs
}
