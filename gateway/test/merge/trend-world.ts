import {
  bucketIndex,
  encodeNodeCursor,
  identityDigest,
  instantText,
  patientDigest,
  type StatusLetter,
  type Variables,
} from '@kilde/contract'
import { contract } from '../../src/merge/contract.js'
import { compileFold } from '../../src/merge/fold.js'
import type { PartStrategy } from '../../src/merge/part-strategies.js'
import { readTrendArguments } from '../../src/merge/trend-arguments.js'

const salt = Buffer.alloc(16, 7).toString('base64url')
const patient = patientDigest(salt, 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489')

/** One row as its source holds it. */
export interface Held {
  readonly t: number
  /** `system|value` of its business identifier; none where it has none. */
  readonly identity?: string
  readonly value: number | null
  readonly owner?: string
  readonly version?: number
  readonly status?: StatusLetter
}

export type World = Readonly<Record<string, readonly Held[]>>

export const day = (text: string): number => Date.parse(`${text}T00:00:00+01:00`)

export const args: Variables = {
  code: 'http://loinc.org|29463-7',
  period: { start: '2026-01-01T00:00:00+01:00', end: '2026-02-01T00:00:00+01:00' },
  bucket: 'DAY',
  unit: 'g',
  timeZone: 'Europe/Oslo',
}

export const trend: PartStrategy = strategy()

function strategy(): PartStrategy {
  const field = contract.patient.getFields()['observationTrend']
  const type = contract.schema.getType('ObservationTrend')
  if (!field || !type || !('getFields' in type) || !('getInterfaces' in type))
    throw new Error('no trend in the contract')
  return compileFold(field, type as Parameters<typeof compileFold>[1])
}

export const expected = (organization: string) => ({
  organization,
  patientDigest: patient,
  args,
})

export function cursorOf(organization: string, row: Held, index: number, digest = patient): string {
  const id = `${organization}.${index}`
  return encodeNodeCursor({
    s: row.status ?? 'F',
    t: row.t,
    i: identityDigest(row.identity ?? id),
    o: organization,
    d: id,
    p: digest,
    n: row.version ?? 1,
    c: identityDigest(JSON.stringify([row.value, row.status ?? 'F'])),
    w: row.owner ?? organization,
  })
}

/** What a node answers: rows with a business identifier by themselves, the others folded, as text over the wire. */
export function answerOf(
  organization: string,
  rows: readonly Held[],
  foldsAll = false,
  digest = patient,
) {
  const { buckets, timeZone } = readTrendArguments(args)
  const filled = new Map<number, { held: Held; index: number }[]>()
  rows.forEach((held, index) => {
    const place = bucketIndex(buckets, held.t)
    const inside = filled.get(place) ?? []
    inside.push({ held, index })
    filled.set(place, inside)
  })
  const answer = {
    buckets: [...filled]
      .sort(([a], [b]) => a - b)
      .map(([place, inside]) => {
        const bounds = buckets[place]
        if (!bounds) throw new Error('a row outside the period')
        const isSent = ({ held }: { held: Held }): boolean =>
          !foldsAll && held.identity !== undefined
        const sent = inside.filter(isSent)
        const folded = inside.filter((one) => !isSent(one))
        const values = folded.flatMap(({ held }) => held.value ?? [])
        return {
          start: instantText(bounds.start, timeZone),
          end: instantText(bounds.end, timeZone),
          rows: sent.map(({ held, index }) => ({
            cursor: cursorOf(organization, held, index, digest),
            value: held.value,
          })),
          rest: values.length === 0 ? null : { ...folding(values), mayCountCopies: foldsAll },
        }
      }),
    leftOut: 0,
    sources: [],
  }
  return JSON.parse(JSON.stringify(answer)) as typeof answer
}

function folding(values: readonly number[]) {
  const mean = exactSum(values) / values.length
  return {
    count: values.length,
    mean,
    squares: exactSum(values.map((value) => (value - mean) ** 2)),
    minimum: values.reduce((a, b) => Math.min(a, b)),
    maximum: values.reduce((a, b) => Math.max(a, b)),
  }
}

/** Neumaier's sum: loses nothing that matters here. */
export function exactSum(values: readonly number[]): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

export interface MergedBucket {
  readonly start: string
  readonly end: string
  readonly count: number
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
  readonly standardDeviation: number | null
  readonly conflicts: number
  readonly mayCountCopies: boolean
}

/** The trend of a world, through text as it travels, in the order in which its organisations stand. */
export function merged(world: World, foldsAll: readonly string[] = []) {
  const parts = Object.entries(world).map(([organization, rows]) => ({
    organization,
    part: trend.read(
      answerOf(organization, rows, foldsAll.includes(organization)),
      expected(organization),
    ),
  }))
  return trend.merge(parts, args) as {
    readonly unit: string
    readonly buckets: readonly MergedBucket[]
    readonly leftOut: number
  }
}
