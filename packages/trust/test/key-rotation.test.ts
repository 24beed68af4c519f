import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { base64url, newKey, newScene, start, startIssuer, type TestIssuer } from './issuer.js'
import { refusal } from './refusals.js'

// Half an hour in virtual time, with a real issuer over HTTP. `KILDE_ROTATION=full` runs the numbers of the reference: 50 requests and
// 1,000 invented key ids in each second. CI runs fewer.
const FULL = process.env['KILDE_ROTATION'] === 'full'
const STEP_S = FULL ? 1 : 5
const RATE = FULL ? 50 : 1
const FLOOD = FULL ? 1_000 : 2

const PAUSE_S = 300
/** Keys may be this old before they are used no more while the issuer answers (docs/decisions/0016). */
const CACHE_S = 600

let issuer: TestIssuer
beforeEach(async () => {
  issuer = await startIssuer()
})
afterEach(() => issuer.stop())

/** Requests come at every step; the clock goes on by as much. */
function startTraffic() {
  const scene = newScene(issuer, { cacheSize: 50 })
  const fetchedAt: number[] = []
  const retired = new Map<string, ReturnType<typeof newKey>>()
  let second = 0
  let count = 0
  const counts = { valid: 0, failed: 0, invented: 0 }
  const tokenBy = (kid: string): string => {
    const key = issuer.keys.find((one) => one.kid === kid) ?? retired.get(kid)
    if (!key) throw new Error(`no key ${kid}`)
    const at = start + second
    count += 1
    return scene.token({ iat: at, nbf: at, exp: at + 600, jti: `${count}` }, {}, key)
  }
  const ask = (token: string) => scene.verifier.verify(scene.request(token))
  /** Never reaches a signature check: no key has such a name. */
  const invented = (): string => {
    count += 1
    const [, payload = '', signature = ''] = model.split('.')
    const header = base64url({ alg: 'ES256', typ: 'at+jwt', kid: `invented-${count}` })
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const at = start + second
    return `${header}.${base64url({ ...said, iat: at, nbf: at, exp: at + 60 })}.${signature}`
  }
  const model = scene.token()
  const note = (): void => {
    while (fetchedAt.length < issuer.fetches()) fetchedAt.push(second)
  }
  return {
    counts,
    fetchedAt,
    second: () => second,
    async pass(seconds: number, kid: string) {
      for (let left = seconds; left > 0; left -= STEP_S) {
        for (let at = 0; at < FLOOD; at += 1) {
          await refusal(ask(invented()), 'TOKEN_SIGNATURE')
          counts.invented += 1
        }
        for (let at = 0; at < RATE; at += 1) {
          counts.valid += 1
          await ask(tokenBy(kid)).catch(() => {
            counts.failed += 1
          })
        }
        note()
        second += STEP_S
        scene.moveBy(STEP_S * 1_000)
      }
    },
    remove(kid: string) {
      const at = issuer.keys.findIndex((key) => key.kid === kid)
      for (const key of issuer.keys.splice(at, 1)) retired.set(kid, key)
    },
    /** Whether a token of this key is accepted now. */
    isAccepted: (kid: string): Promise<boolean> =>
      ask(tokenBy(kid)).then(
        () => true,
        () => false,
      ),
  }
}

describe('Keys of the issuer', () => {
  it(
    'T9 are rotated in a flood of invented key ids: no request fails, and they are fetched once in 5 minutes',
    async () => {
      const traffic = startTraffic()
      await traffic.pass(700, 'k1')
      issuer.keys.push(newKey('k2'))
      await traffic.pass(PAUSE_S + 5, 'k1')
      await traffic.pass(900, 'k2')
      const { counts, fetchedAt } = traffic
      // The first fetch, and one more at once; then never two within 5 minutes.
      const gaps = fetchedAt.slice(2).map((at, place) => at - (fetchedAt[place + 1] ?? 0))
      process.stderr.write(
        `T9: ${JSON.stringify({ ...counts, seconds: traffic.second(), fetches: fetchedAt.length })}\n`,
      )
      const steps = 1_905 / STEP_S
      expect(counts).toEqual({ valid: steps * RATE, failed: 0, invented: steps * FLOOD })
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PAUSE_S)
      expect(fetchedAt.length).toBeLessThanOrEqual(2 + Math.floor(1_905 / PAUSE_S))
    },
    FULL ? 7_200_000 : 120_000,
  )

  it(
    'T9 that were removed are refused once the kept ones are too old, in a flood too',
    async () => {
      const traffic = startTraffic()
      issuer.keys.push(newKey('k2'))
      await traffic.pass(30, 'k1')
      traffic.remove('k1')
      const removedAt = traffic.second()
      while (traffic.second() - removedAt < CACHE_S) await traffic.pass(10, 'k2')
      expect(await traffic.isAccepted('k1')).toBe(false)
      await traffic.pass(400, 'k2')
      expect(await traffic.isAccepted('k1')).toBe(false)
      expect(traffic.counts.failed).toBe(0)
    },
    FULL ? 7_200_000 : 120_000,
  )
})
