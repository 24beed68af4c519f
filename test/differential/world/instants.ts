import type { Random } from '../random.js'

const MINUTE = 60_000
const DAY = 86_400_000

/** Around the instants at which clocks in Norway change, and at the ends of what RFC 3339 can write. */
const EDGES = [
  '2025-03-30T00:59:59.999Z',
  '2025-03-30T01:00:00Z',
  '2025-10-25T22:00:00Z',
  '2025-10-26T00:30:00Z',
  '2025-10-26T01:30:00Z',
  '2025-12-31T23:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
]
const EXTREMES = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '0099-06-01T00:00:00Z']

/** Instants of one world: few enough that several rows often share one. */
export function makeInstants(random: Random, nowMs: number): () => number {
  const cluster = Array.from({ length: 4 }, () => nowMs - random.between(0, 400) * DAY)
  const choose = random.weighted<() => number>([
    [3, () => random.pick(cluster)],
    [1, () => nowMs - random.between(0, 500_000) * MINUTE],
  ])
  return () =>
    random.weighted<() => number>([
      [6, () => nowMs - random.between(0, 500_000) * MINUTE + random.between(0, 999)],
      [5, choose],
      [1, () => Date.parse(random.pick(EDGES))],
      [0.15, () => Date.parse(random.pick(EXTREMES))],
    ])()
}

const OFFSETS = [0, 60, 120, -210, 840]

/** An instant as RFC 3339, with an offset that leaves the year where four digits can write it. */
export function writeInstant(random: Random, t: number): string {
  const offset = random.pick(OFFSETS)
  const local = new Date(t + offset * MINUTE)
  const year = local.getUTCFullYear()
  if (offset === 0 || year < 1 || year > 9999) return new Date(t).toISOString()
  const text = local.toISOString().slice(0, -1)
  const shown = text.endsWith('.000') ? text.slice(0, -4) : text
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${shown}${offset < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`
}
