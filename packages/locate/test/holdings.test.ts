import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { signJson } from '@kilde/feed'
import { generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import {
  type Epoch,
  generateOprfKey,
  keyDigestOf,
  maySee,
  openHoldings,
  signHoldings,
} from '../src/index.js'

const organization = '310000108'
const dataClass = 'Observation'
const wanted = { organization, dataClass }
const asOfMs = Date.parse('2026-11-22T12:00:00Z')

describe('A filter', () => {
  let key: PrivateJwk
  let epoch: Epoch
  const outputs = Array.from({ length: 700 }, () => randomBytes(64))
  const keys = () => [publicPart(key)]
  const build = (held: readonly Uint8Array[] = outputs) =>
    signHoldings(
      {
        ...wanted,
        ...{ covers: [], epoch, asOfMs, falsePositiveRate: 0.01, outputs: held },
      },
      key,
    )
  const payloadOf = (jws: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())

  beforeAll(async () => {
    key = await generateKey()
    const { publicKey } = generateOprfKey()
    const text = Buffer.from(publicKey).toString('base64url')
    epoch = { id: 'one', publicKey: text, fromMs: 0, untilMs: 1e15 }
  })

  it('never misses anybody who is in it', async () => {
    const holdings = await openHoldings(await build(), keys(), wanted)
    expect(outputs.every((output) => maySee(holdings, output))).toBe(true)
    expect(holdings).toMatchObject({
      asOfMs,
      epoch: 'one',
      key: keyDigestOf(epoch),
      capacity: 1024,
    })
  })

  it('says yes of others no more often than it was made for', async () => {
    const holdings = await openHoldings(await build(), keys(), wanted)
    const yes = Array.from({ length: 20_000 }, () => randomBytes(64)).filter((output) =>
      maySee(holdings, output),
    )
    expect(yes.length / 20_000).toBeLessThan(0.014)
    expect(yes.length).toBeGreaterThan(0)
  })

  it('tells by neither size nor bits how many are in it', async () => {
    const set = async (held: readonly Uint8Array[]): Promise<readonly number[]> => {
      const { bits } = await openHoldings(await build(held), keys(), wanted)
      const ones = [...bits].reduce((sum, byte) => sum + byte.toString(2).split('1').length - 1, 0)
      return [bits.length, ones / bits.length / 8]
    }
    const [sizeOfFew, onesOfFew = 0] = await set(outputs.slice(0, 520))
    const [sizeOfMany, onesOfMany = 0] = await set(outputs)
    expect(sizeOfFew).toBe(sizeOfMany)
    expect(Math.abs(onesOfFew - onesOfMany)).toBeLessThan(0.02)
    expect((await set([]))[0]).toBe((await set(outputs.slice(0, 60)))[0])
  })

  it('has other bits for the same patients each time, and at each organisation', async () => {
    const bitsOf = async (): Promise<string> => String(payloadOf(await build())['bits'])
    expect(await bitsOf()).not.toBe(await bitsOf())
  })

  it.each([
    ['another organisation', { ...wanted, organization: '310000205' }],
    ['another class', { ...wanted, dataClass: 'Patient' }],
  ])('is not taken for one of %s', async (_what, other) => {
    await expect(openHoldings(await build(), keys(), other)).rejects.toMatchObject({
      code: 'HOLDINGS_UNTRUSTED',
      detail: 'it is about something else',
    })
  })

  it('is not taken from another key, of another type, size or form', async () => {
    const good = payloadOf(await build())
    const stranger = [publicPart(await generateKey())]
    await expect(openHoldings(await build(), stranger, wanted)).rejects.toMatchObject({
      code: 'HOLDINGS_UNTRUSTED',
    })
    const type = 'kilde-holdings+jwt'
    const altered = [
      await signJson(good, 'kilde-catalogue+jwt', key),
      await signJson({ ...good, bits: 'AAAA' }, type, key),
      await signJson({ ...good, capacity: 1000 }, type, key),
      await signJson({ ...good, capacity: 2 ** 40 }, type, key),
      await signJson({ ...good, falsePositiveRate: 1 }, type, key),
      await signJson({ ...good, asOf: 'yesterday' }, type, key),
      'no.jws.at-all',
    ]
    for (const jws of altered)
      await expect(openHoldings(jws, keys(), wanted)).rejects.toMatchObject({
        code: 'HOLDINGS_UNTRUSTED',
      })
  })
})
