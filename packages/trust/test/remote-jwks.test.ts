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

  it('are fetched once more for invented key ids, and then once in five minutes', async () => {
    let nowMs = 0
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    const flood = async () => {
      for (let count = 0; count < 100; count += 1) {
        await refusal(keys.keyFor(`invented-${count}`, 'ES256'), 'TOKEN_SIGNATURE')
      }
    }
    await flood()
    expect(issuer.fetches()).toBe(2)
    nowMs = 299_999
    await flood()
    expect(issuer.fetches()).toBe(2)
    nowMs = 300_000
    await flood()
    expect(issuer.fetches()).toBe(3)
    await expect(keys.keyFor('k1', 'ES256')).resolves.toBeDefined()
  })

  it('of a rotation announced five minutes ahead refuse nobody, in a flood of invented ids neither', async () => {
    let nowMs = 0
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    const minute = async (kid: string) => {
      for (const second of [0, 20, 40]) {
        const invented = Array.from({ length: 50 }, (_, place) => `${second}-${place}`)
        await Promise.all(invented.map((id) => keys.keyFor(id, 'ES256').catch(() => {})))
        await expect(keys.keyFor(kid, 'ES256')).resolves.toBeDefined()
        nowMs += 20_000
      }
    }
    for (let done = 0; done < 7; done += 1) await minute('k1')
    issuer.keys.push(newKey('k2'))
    for (let done = 0; done < 6; done += 1) await minute('k1')
    for (let done = 0; done < 10; done += 1) await minute('k2')
    // 23 minutes: the first, one more at once, and one for each five minutes.
    expect(issuer.fetches()).toBeLessThanOrEqual(2 + 5)
  })

  it('lose a removed key after ten minutes, also where nobody asked meanwhile', async () => {
    let nowMs = 0
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    await keys.keyFor('k1', 'ES256')
    issuer.keys.splice(0, 1, newKey('k2'))
    nowMs = 600_001
    await refusal(keys.keyFor('k1', 'ES256'), 'TOKEN_SIGNATURE')
    await expect(keys.keyFor('k2', 'ES256')).resolves.toBeDefined()
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
    // Not at once again: an issuer in trouble is not to be asked by every request.
    await refusal(scene.verifier.verify(scene.request(scene.token())), 'ISSUER_UNAVAILABLE')
    expect(issuer.fetches()).toBe(1)
    issuer.failWith(200)
    scene.moveBy(1_000)
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

describe('the metadata of an issuer', () => {
  const answering = (jwks_uri: () => string, failing: () => boolean) => {
    let asked = 0
    const fetch = async (url: unknown) => {
      if (String(url).endsWith('/jwks')) return Response.json({ keys: [newKey('k1').publicJwk] })
      asked += 1
      if (failing()) throw new TypeError('fetch failed')
      return Response.json({ issuer: 'https://issuer.example', jwks_uri: jwks_uri() })
    }
    return { fetch: fetch as typeof globalThis.fetch, asked: () => asked }
  }

  it('are read again each day, served on while it is down, and asked for once a second at most', async () => {
    let nowMs = 0
    let down = true
    const { fetch, asked } = answering(
      () => 'https://issuer.example/jwks',
      () => down,
    )
    const keys = issuerJwks('https://issuer.example', { fetch, now: () => nowMs })
    await refusal(keys.keyFor('k1', 'ES256'), 'ISSUER_UNAVAILABLE')
    await refusal(keys.keyFor('k1', 'ES256'), 'ISSUER_UNAVAILABLE')
    expect(asked()).toBe(1)
    down = false
    nowMs = 1_000
    await keys.keyFor('k1', 'ES256')
    await keys.keyFor('k1', 'ES256')
    expect(asked()).toBe(2)
    down = true
    nowMs += 86_400_001
    await expect(keys.keyFor('k1', 'ES256')).resolves.toBeDefined()
    expect(asked()).toBe(3)
  })

  it('may not name keys at a plain http address', async () => {
    const { fetch } = answering(
      () => 'http://issuer.example/jwks',
      () => false,
    )
    const keys = issuerJwks('https://issuer.example', { fetch })
    const error = await refusal(keys.keyFor('k1', 'ES256'), 'ISSUER_UNAVAILABLE')
    expect(error.cause).toEqual(new Error('the metadata name a plain http address'))
  })

  it('are not read to the end where they have none', async () => {
    const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(100_000)) })
    const fetch = (async () => new Response(endless)) as typeof globalThis.fetch
    const keys = issuerJwks('https://issuer.example', { fetch })
    const error = await refusal(keys.keyFor('k1', 'ES256'), 'ISSUER_UNAVAILABLE')
    expect(error.cause).toEqual(new Error('the answer is too large'))
  })
})
