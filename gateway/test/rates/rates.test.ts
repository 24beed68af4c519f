import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { silentLogger } from '@kilde/service'
import { GatewayError } from '../../src/errors.js'
import { createAdmit, createMeet } from '../../src/path/admit.js'
import type { Asked, Authenticated } from '../../src/path/stage.js'
import { AtOnce } from '../../src/rates/at-once.js'
import { PatientsPerMinute } from '../../src/rates/patients.js'
import { perMinute } from '../../src/rates/per-minute.js'

const logger = silentLogger
const counting = (most: number) => perMinute({ name: `test ${most}`, most, logger })
const from = (subject: string, organization: string) =>
  ({ requester: { kind: 'professional', subject, organization } }) as unknown as Authenticated

async function refusalOf(work: () => unknown): Promise<GatewayError | undefined> {
  try {
    await work()
    return undefined
  } catch (fault) {
    if (!(fault instanceof GatewayError)) throw fault
    return fault
  }
}

describe('Allowances', () => {
  const setting = (requester: number, organization: number, atOnce = 0) =>
    createAdmit({
      requesters: counting(requester),
      organizations: counting(organization),
      atOnce: new AtOnce(atOnce),
    })

  it('let a requester ask so often in a minute, and say when to ask again', async () => {
    const admit = setting(3, 0)
    for (let count = 0; count < 3; count += 1) (await admit(from('a', '1')))()
    const refusal = await refusalOf(() => admit(from('a', '1')))
    expect(refusal?.code).toBe('RATE_LIMITED')
    expect(refusal?.status).toBe(429)
    expect(refusal?.retryAfterSeconds).toBeGreaterThan(0)
    expect(refusal?.retryAfterSeconds).toBeLessThanOrEqual(60)
    expect(await refusalOf(() => admit(from('b', '1')))).toBeUndefined()
  })

  it('let all of an organisation ask so often, and other organisations go on', async () => {
    const admit = setting(0, 3)
    for (const subject of ['a', 'b', 'c']) await admit(from(subject, '1'))
    expect((await refusalOf(() => admit(from('d', '1'))))?.code).toBe('RATE_LIMITED')
    expect(await refusalOf(() => admit(from('d', '2')))).toBeUndefined()
  })

  it('do not let one requester use up what colleagues share', async () => {
    const admit = setting(2, 4)
    for (let count = 0; count < 50; count += 1) await refusalOf(() => admit(from('flood', '1')))
    expect(await refusalOf(() => admit(from('colleague', '1')))).toBeUndefined()
  })

  it('bound what is under way of one requester at a time, refused requests included', async () => {
    const admit = setting(0, 0, 2)
    const leave = await admit(from('a', '1'))
    await admit(from('a', '1'))
    expect((await refusalOf(() => admit(from('a', '1'))))?.code).toBe('RATE_LIMITED')
    expect(await refusalOf(() => admit(from('b', '1')))).toBeUndefined()
    leave()
    expect(await refusalOf(() => admit(from('a', '1')))).toBeUndefined()
  })

  it('give a place back when the minute refuses', async () => {
    const admit = setting(1, 0, 1)
    ;(await admit(from('a', '1')))()
    const codes = []
    for (let count = 0; count < 3; count += 1) {
      codes.push((await refusalOf(() => admit(from('a', '1'))))?.publicText)
    }
    expect(new Set(codes)).toEqual(
      new Set(['Too many requests. Ask again after the time that Retry-After says.']),
    )
  })
})

describe('Patients in a minute', () => {
  const patient = (identifier: string) => parsePatientIdentifier(identifier)
  // Synthetic numbers: the month is raised by 80.
  const numbers = ['08825133489', '12867490173'].flatMap((number) => {
    try {
      return [patient(number)]
    } catch {
      return []
    }
  })
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ system: 'urn:x', value: `${at}` }) as never)

  it('are counted once each, however often they are asked about', async () => {
    let now = 0
    const meet = createMeet(new PatientsPerMinute(3, () => now))
    const ask = (subject: string, about: unknown) =>
      refusalOf(() => meet({ ...from(subject, '1'), patient: about } as unknown as Asked))
    const [first] = numbers
    for (let count = 0; count < 100; count += 1) expect(await ask('a', first)).toBeUndefined()
    const [one, two, three] = many(3)
    expect([await ask('a', one), await ask('a', two)]).toEqual([undefined, undefined])
    const refusal = await ask('a', three)
    expect([refusal?.code, refusal?.status]).toEqual(['TOO_MANY_PATIENTS', 429])
    expect(await ask('a', one)).toBeUndefined()
    expect(await ask('b', three)).toBeUndefined()
    now = 60_000
    expect(await ask('a', three)).toBeUndefined()
  })
})
