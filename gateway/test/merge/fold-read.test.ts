import { describe, expect, it } from '@jest/globals'
import { InvalidAnswer } from '../../src/transport/invalid-answer.js'
import { answerOf, cursorOf, day, expected, type Held, trend } from './trend-world.js'

const organization = '310000108'
const first = day('2026-01-05')
const row: Held = { t: first, identity: 'x|1', value: 80 }
const good = () =>
  answerOf(organization, [row, { t: first + 1, value: 70 }, { t: first + 2, value: 71 }])
type Answer = ReturnType<typeof good>
type Bucket = Answer['buckets'][number]

/** Why an answer is refused in which one thing is changed. */
function reasonOf(change: (answer: Answer, bucket: Bucket) => void, of = organization): string {
  const answer = good()
  const [bucket] = answer.buckets
  if (bucket) change(answer, bucket)
  try {
    trend.read(answer, expected(of))
    return 'read'
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidAnswer)
    return error instanceof InvalidAnswer ? error.reason : ''
  }
}

const cursor = (change: Partial<Held>, source = organization, index = 0): string =>
  cursorOf(source, { ...row, ...change }, index)

describe('a source’s part of a trend', () => {
  it('is read as it was sent, and may have corrections without a number', () => {
    expect(reasonOf(() => {})).toBe('read')
    expect(
      reasonOf((_, { rows }) =>
        rows.splice(0, 1, { cursor: cursor({ status: 'E' }), value: null }),
      ),
    ).toBe('read')
    expect(
      reasonOf((answer) => {
        answer.buckets = []
      }),
    ).toBe('read')
  })

  it.each<[string, (answer: Answer, bucket: Bucket) => void]>([
    ['has no buckets', (answer) => Reflect.deleteProperty(answer, 'buckets')],
    ['has no number that is added up', (answer) => Reflect.deleteProperty(answer, 'leftOut')],
    ['adds up less than nothing', (answer) => Object.assign(answer, { leftOut: -1 })],
    ['leaves `rest` out', (_, bucket) => Reflect.deleteProperty(bucket, 'rest')],
    ['has a number that is text', (_, { rows }) => Object.assign(rows[0] ?? {}, { value: '80' })],
    [
      'has a number without end',
      (_, { rows }) => Object.assign(rows[0] ?? {}, { value: Number.POSITIVE_INFINITY }),
    ],
    ['has a cursor that is none', (_, { rows }) => Object.assign(rows[0] ?? {}, { cursor: 'x' })],
    ['has a bucket twice', ({ buckets }, bucket) => void buckets.push(bucket)],
    [
      'has bounds that were not asked for',
      (_, bucket) => Object.assign(bucket, { start: '2026-01-05T00:00:00+02:00' }),
    ],
    [
      'has a longer bucket',
      (_, bucket) => Object.assign(bucket, { end: '2026-01-07T00:00:00+01:00' }),
    ],
    [
      'has a bucket outside the period',
      (_, bucket) =>
        Object.assign(bucket, {
          start: '2026-02-05T00:00:00+01:00',
          end: '2026-02-06T00:00:00+01:00',
        }),
    ],
    [
      'puts a row into another bucket',
      (_, { rows }) => Object.assign(rows[0] ?? {}, { cursor: cursor({ t: first - 1 }) }),
    ],
    ['has a row twice', (_, { rows }) => void rows.push(...rows)],
    ['folds no rows', (_, { rest }) => Object.assign(rest ?? {}, { count: 0 })],
    [
      'folds more rows than anybody has',
      (_, { rest }) => Object.assign(rest ?? {}, { count: 3_000_000 }),
    ],
    ['has a mean beyond its numbers', (_, { rest }) => Object.assign(rest ?? {}, { mean: 71.1 })],
    [
      'has a least number above its greatest',
      (_, { rest }) => Object.assign(rest ?? {}, { minimum: 72 }),
    ],
    ['has squares below nothing', (_, { rest }) => Object.assign(rest ?? {}, { squares: -1 })],
    [
      'has too many rows',
      (_, bucket) => {
        bucket.rows = Array.from({ length: 2_001 }, (_row, index) => ({
          cursor: cursor({}, organization, index),
          value: 1,
        }))
      },
    ],
  ])('is refused where it %s', (_, change) => {
    expect(reasonOf(change)).toBe('RESPONSE_MALFORMED')
  })

  it('is refused where it is another patient’s or organisation’s', () => {
    const other = cursor({}).replace(/^(..)./, '$1_')
    expect(reasonOf((_, { rows }) => Object.assign(rows[0] ?? {}, { cursor: other }))).toBe(
      'WRONG_PATIENT',
    )
    expect(
      reasonOf((_, { rows }) => Object.assign(rows[0] ?? {}, { cursor: cursor({}, '310000205') })),
    ).toBe('WRONG_ORGANIZATION')
  })
})
