import { describe, expect, it } from '@jest/globals'
import { GatewayError } from '../../src/errors.js'
import { askAll, operationOf, type Scatter } from './ask-all.js'
import { answerOf, day, type Held } from './trend-world.js'

const [owner, hospital, silent] = ['310000108', '310000205', '310000302'] as const
const first = day('2026-01-05')
const copy: Held = { t: first, identity: 'x|1', value: 80, owner }
const TREND = `observationTrend(code: "http://loinc.org|29463-7", period: { start: "2026-01-01T00:00:00+01:00", end: "2026-02-01T00:00:00+01:00" }, bucket: DAY, unit: "g")`

type Parts = Readonly<Record<string, (digest: string) => object>>

const trendOf = (organization: string, rows: readonly Held[]) => (digest: string) =>
  answerOf(organization, rows, false, digest)

const nameOf = (text: string, rank: number) => () => ({
  variants: [
    {
      value: { text, family: null, given: [text], use: null },
      rank,
      recorded: '2026-01-01T00:00:00Z',
    },
  ],
})

/** Asks for one field; each source answers with its part of it. */
async function ask(below: string, parts: Parts, more: Partial<Scatter> = {}) {
  const data = (await askAll(operationOf(below), {
    held: Object.fromEntries(Object.keys(parts).map((organization) => [organization, []])),
    answer(organization, { expected }) {
      const part = { ...parts[organization]?.(expected.patientDigest), ...reportOf(organization) }
      return JSON.stringify({ data: { patient: { m0: part } } })
    },
    ...more,
  })) as { patient: object }
  return data.patient
}

const reportOf = (organization: string) => ({
  sources: [
    {
      organization: { number: organization },
      status: 'OK',
      dropped: 0,
      withheld: 'NONE',
      reason: null,
      asOf: '2026-01-01T00:00:00Z',
      contractVersion: '1.1',
    },
  ],
})

describe('trends and preferred values, from the question to the answer', () => {
  it('folds what sources send, in the client’s words', async () => {
    const patient = await ask(
      `weights: ${TREND} { __typename all: buckets { from: start n: count mean standardDeviation @skip(if: $yes) } unit leftOut complete sources { returned } }`,
      {
        [owner]: trendOf(owner, [copy, { t: first, value: 100 }]),
        [hospital]: trendOf(hospital, [copy, { t: day('2026-01-06'), value: 60 }]),
      },
    )
    expect(patient).toEqual({
      weights: {
        __typename: 'ObservationTrend',
        all: [
          { from: '2026-01-05T00:00:00+01:00', n: 2, mean: 90 },
          { from: '2026-01-06T00:00:00+01:00', n: 1, mean: 60 },
        ],
        unit: 'g',
        leftOut: 0,
        complete: true,
        sources: [{ returned: 2 }, { returned: 2 }],
      },
    })
  })

  it('names a source without which a trend is not complete, and one whose part cannot be used', async () => {
    const failed = { [silent]: { status: 'TIMED_OUT', reason: 'DEADLINE' } } as const
    const parts = { [owner]: trendOf(owner, [copy]) }
    expect(
      await ask(`${TREND} { buckets { count } complete sources { status } }`, parts, { failed }),
    ).toEqual({
      observationTrend: {
        buckets: [{ count: 1 }],
        complete: false,
        sources: [{ status: 'OK' }, { status: 'TIMED_OUT' }],
      },
    })
    const alter = (text: string) => text.replace('"value":80', '"value":"80"')
    await expect(ask(`${TREND} { complete }`, parts, { alter })).rejects.toThrow(
      'RESPONSE_MALFORMED',
    )
  })

  it('asks nobody for a trend that makes no sense', async () => {
    const asked: string[] = []
    const questions = { asked: (organization: string) => void asked.push(organization) }
    const odd = TREND.replace('"g"', '"cm"')
    await expect(ask(`${odd} { complete }`, { [owner]: () => ({}) }, questions)).rejects.toThrow(
      new GatewayError('ARGUMENT_OUT_OF_RANGE', {
        text: '`unit` must be a UCUM unit into which kg can be converted.',
      }),
    )
    expect(asked).toEqual([])
  })

  it('prefers one name and shows each source’s, with the organisation that answered', async () => {
    const patient = await ask(
      'name { value { text } conflict variants { name: value { text given } source { name } rank } complete }',
      { [owner]: nameOf('Kari', 1), [hospital]: nameOf('Kari Nordmann', 3) },
    )
    expect(patient).toEqual({
      name: {
        value: { text: 'Kari Nordmann' },
        conflict: true,
        variants: [
          {
            name: { text: 'Kari Nordmann', given: ['Kari Nordmann'] },
            source: { name: `Name of ${hospital}` },
            rank: 3,
          },
          {
            name: { text: 'Kari', given: ['Kari'] },
            source: { name: `Name of ${owner}` },
            rank: 1,
          },
        ],
        complete: true,
      },
    })
  })
})
