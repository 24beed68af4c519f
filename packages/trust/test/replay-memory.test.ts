import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { memoryReplayStore } from '../src/index.js'
import { base64url, jwt, newScene, startIssuer, type TestIssuer, url } from './issuer.js'
import { refusal } from './refusals.js'

/** `KILDE_REPLAY_PROOFS=1000000` runs the number of the reference; CI runs fewer. */
const PROOFS = Number(process.env['KILDE_REPLAY_PROOFS'] ?? 50_000)
const MIB = 2 ** 20
/** 100 MiB for a million (peers T5). */
const MOST_BYTES_EACH = (100 * MIB) / 1_000_000
const LIFE_MS = 11_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapBytes(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

/** As the verifier names a proof: audience, key, id. */
const nameOf = (at: number): string =>
  `kilde:gateway 0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I ${at}-00000000-0000-4000-8000-00000000`

const tell = (what: string, figures: object): void =>
  void process.stderr.write(`T5 ${what}: ${JSON.stringify(figures)}\n`)

describe(`The store of used proofs, with ${PROOFS} of them`, () => {
  it('T5 takes no more than 100 MiB for a million, and knows each', async () => {
    const before = heapBytes()
    const store = memoryReplayStore({ now: () => 0 })
    for (let at = 0; at < PROOFS; at += 1) await store.claim(nameOf(at), LIFE_MS)
    const bytesEach = (heapBytes() - before) / PROOFS
    expect(bytesEach).toBeLessThanOrEqual(MOST_BYTES_EACH)
    for (let at = 0; at < PROOFS; at += 97) {
      expect(await store.claim(nameOf(at), LIFE_MS)).toBe(false)
    }
    tell('memory', { proofs: PROOFS, bytesEach: Math.round(bytesEach) })
  }, 120_000)

  it('T5 forgets those that are over as new ones come, without looking through them all', async () => {
    let nowMs = 0
    const before = heapBytes()
    // Room for those that are kept to the end of their second.
    const store = memoryReplayStore({ capacity: 2 * PROOFS, now: () => nowMs })
    const claimAll = async (from: number, passMs: number): Promise<number> => {
      const started = process.cpuUsage()
      for (let at = from; at < from + PROOFS; at += 1) {
        nowMs += passMs
        await store.claim(nameOf(at), LIFE_MS)
      }
      const { user, system } = process.cpuUsage(started)
      return (user + system) / PROOFS
    }
    const filling = await claimAll(0, 0)
    // From here on each that comes ends about one that was there.
    const rounds = [1, 2, 3]
    const passing: number[] = []
    for (const round of rounds) passing.push(await claimAll(round * PROOFS, LIFE_MS / PROOFS))
    const bytesEach = (heapBytes() - before) / PROOFS
    expect(await store.claim(nameOf(4 * PROOFS - 1), LIFE_MS)).toBe(false)
    const slowest = Math.max(...passing)
    tell('passing', { proofs: 4 * PROOFS, bytesEach: Math.round(bytesEach), filling, slowest })
    expect(bytesEach).toBeLessThanOrEqual(MOST_BYTES_EACH)
    // A ratio, so that it holds on any machine.
    expect(slowest / filling).toBeLessThan(5)
  }, 300_000)

  it('T5 keeps nothing of a name of 1 MB but its digest', async () => {
    const store = memoryReplayStore({ now: () => 0 })
    const before = heapBytes()
    for (let at = 0; at < 50; at += 1) {
      expect(await store.claim(`${at}`.padEnd(MIB, 'x'), LIFE_MS)).toBe(true)
    }
    expect(heapBytes() - before).toBeLessThan(MIB)
    expect(await store.claim('0'.padEnd(MIB, 'x'), LIFE_MS)).toBe(false)
  })
})

describe('An id of a proof', () => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await startIssuer()
  })
  afterAll(() => issuer.stop())

  it.each([257, 1_000, 5_000, 100_000, MIB])('T5 of %d characters is refused', async (length) => {
    let claims = 0
    const replay = {
      claim: async () => {
        claims += 1
        return true
      },
    }
    const scene = newScene(issuer, { replay })
    const token = scene.token()
    const [header = '', payload = ''] = scene.proof
      .sign({ method: 'POST', url, accessToken: token })
      .split('.')
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    const long = { ...read(payload), jti: 'x'.repeat(length) }
    const dpop = jwt(read(header), long, scene.proofKey)
    expect(dpop.length).toBeGreaterThan(base64url(long).length)
    await refusal(scene.verifier.verify(scene.request(token, { dpop })), 'DPOP_PROOF_INVALID')
    expect(claims).toBe(0)
  })
})
