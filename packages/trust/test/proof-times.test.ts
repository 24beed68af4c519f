import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RequestVerifierOptions } from '../src/index.js'
import {
  jwt,
  newScene,
  pid,
  type Scene,
  start,
  startIssuer,
  type TestIssuer,
  url,
} from './issuer.js'
import { refusal } from './refusals.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.stop())

/** From 7 s before to 7 s after, and close by each edge (seconds). */
const offsets = [
  ...Array.from({ length: 29 }, (_, step) => (step - 14) / 2),
  ...[-6.001, -5.999, 5.999, 6.001],
]

/** What may be set, and how far a proof may then be from now (seconds). */
const windows: readonly (readonly [string, Partial<RequestVerifierOptions>, number])[] = [
  ['1 s on its way and 5 s of skew (HelseID’s, the default)', {}, 6],
  ['1 s on its way and no skew', { clockSkewSeconds: 0 }, 1],
  ['no time on its way and 2 s of skew', { proofLifeSeconds: 0, clockSkewSeconds: 2 }, 2],
  ['no time at all', { proofLifeSeconds: 0, clockSkewSeconds: 0 }, 0],
  ['60 s on its way', { proofLifeSeconds: 60 }, 65],
]

function madeAt(scene: Scene, iat: number) {
  const accessToken = scene.token()
  const [header = '', payload = ''] = scene.proof
    .sign({ method: 'POST', url, accessToken })
    .split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  const dpop = jwt(read(header), { ...read(payload), iat }, scene.proofKey)
  return scene.request(accessToken, { dpop })
}

describe.each(windows)('A service that gives proofs %s', (_, options, window) => {
  it('T4 accepts what is made inside of that, to the edge, and nothing outside', async () => {
    const scene = newScene(issuer, options)
    for (const offset of offsets) {
      const asked = scene.verifier.verify(madeAt(scene, start + offset))
      if (Math.abs(offset) <= window) await expect(asked).resolves.toMatchObject({ pid })
      else await refusal(asked, 'DPOP_PROOF_EXPIRED')
    }
  })

  it('T4 remembers a proof to the last moment in which it could be accepted', async () => {
    for (const offset of [-window, 0, window]) {
      const scene = newScene(issuer, options)
      const request = madeAt(scene, start + offset)
      await expect(scene.verifier.verify(request)).resolves.toMatchObject({ pid })
      scene.moveBy((offset + window) * 1_000)
      await refusal(scene.verifier.verify(request), 'DPOP_PROOF_REPLAYED')
      scene.moveBy(1)
      await refusal(scene.verifier.verify(request), 'DPOP_PROOF_EXPIRED')
    }
  })
})
