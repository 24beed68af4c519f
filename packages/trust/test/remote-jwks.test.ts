import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { fixedJwks, issuerJwks, remoteJwks } from '../src/index.js'
import { newKey, newScene, pid, startIssuer, type TestIssuer } from './issuer.js'
import { refusal } from './refusals.js'

let issuer: TestIssuer
beforeEach(async () => {
  issuer = await startIssuer()
})
afterEach(() => issuer.stop())

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens at a time', async () => {
    const keys = remoteJwks(issuer.jwksUrl)
    await Promise.all(Array.from({ length: 50 }, () => keys.keyFor('k1', 'ES256')))
    expect(issuer.fetches()).toBe(1)
  })

  it('are fetched again when a token names a new key, so that a rotation refuses nobody', async () => {
    const scene = newScene(issuer)
    const old = scene.token()
    await scene.verifier.verify(scene.request(old))
    issuer.keys.unshift(newKey('k2'))
    const fresh = scene.token()
    for (const token of [fresh, old, fresh]) {
      await expect(scene.verifier.verify(scene.request(token))).resolves.toMatchObject({ pid })
    }
    expect(issuer.fetches()).toBe(2)
  })

  it('are not fetched without end for invented key ids', async () => {
    let nowMs = 0
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    const flood = async () => {
      for (let count = 0; count < 100; count += 1) {
        await refusal(keys.keyFor(`invented-${count}`, 'ES256'), 'TOKEN_SIGNATURE')
      }
    }
    await flood()
    expect(issuer.fetches()).toBe(4)
    nowMs = 60_000
    await flood()
    expect(issuer.fetches()).toBe(5)
    await expect(keys.keyFor('k1', 'ES256')).resolves.toBeDefined()
  })

  it('lose a removed key when they are fetched the next time', async () => {
    let nowMs = 0
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    await keys.keyFor('k1', 'ES256')
    issuer.keys.splice(0, 1, newKey('k2'))
    nowMs = 600_001
    await keys.keyFor('k1', 'ES256')
    await keys.keyFor('k2', 'ES256')
    await refusal(keys.keyFor('k1', 'ES256'), 'TOKEN_SIGNATURE')
  })

  it('serve on for a day while the issuer is down, and no longer', async () => {
    let nowMs = 0
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    await keys.keyFor('k1', 'ES256')
    issuer.failWith(500)
    nowMs = 86_400_000
    await expect(keys.keyFor('k1', 'ES256')).resolves.toBeDefined()
    nowMs = 86_400_001
    await refusal(keys.keyFor('k1', 'ES256'), 'ISSUER_UNAVAILABLE')
  })

  it('that cannot be fetched make the service say so, not refuse the token', async () => {
    issuer.failWith(503)
    const scene = newScene(issuer)
    const error = await refusal(
      scene.verifier.verify(scene.request(scene.token())),
      'ISSUER_UNAVAILABLE',
    )
    expect(error.wwwAuthenticate).toBeUndefined()
    issuer.failWith(200)
    await expect(scene.verifier.verify(scene.request(scene.token()))).resolves.toMatchObject({
      pid,
    })
  })

  it('are never used for encryption, for another algorithm, or when they are secret', async () => {
    const { publicJwk } = newKey('k1')
    const keys = fixedJwks({
      keys: [
        { ...publicJwk, kid: 'for-encryption', use: 'enc' },
        { ...publicJwk, kid: 'good' },
        { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' },
        { kty: 'EC', kid: 'broken', crv: 'P-256', x: 'x', y: 'y' },
      ],
    })
    await expect(keys.keyFor('good', 'ES256')).resolves.toMatchObject({ type: 'public' })
    for (const kid of ['for-encryption', 'secret', 'broken', 'none']) {
      await refusal(keys.keyFor(kid, 'ES256'), 'TOKEN_SIGNATURE')
    }
    await refusal(keys.keyFor('good', 'RS256'), 'TOKEN_SIGNATURE')
  })

  it('are not looked for at an address whose metadata are of another issuer', async () => {
    const keys = issuerJwks(issuer.issuer)
    await refusal(keys.keyFor('k1', 'ES256'), 'ISSUER_UNAVAILABLE')
  })
})
