import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  createTokenClient,
  generateKey,
  remoteJwks,
  type TrustCode,
  TrustError,
} from '../src/index.js'
import {
  base64url,
  citizenClaim,
  jwt,
  newKey,
  newScene,
  start,
  startIssuer,
  type TestIssuer,
} from './issuer.js'
import { refusal } from './refusals.js'

let issuer: TestIssuer
beforeEach(async () => {
  issuer = await startIssuer()
})
afterEach(() => issuer.stop())

const HOUR_S = 3_600
const STEP_S = 60
const SKEW_S = 5
/** Lives of tokens (seconds): HelseID's, our stand-in's, and more than the hour. */
const lives = [60, 600, 3_000, 2 * HOUR_S]

type Scene = ReturnType<typeof newScene>

/** What somebody may try while nobody can ask the issuer. */
function forgedBy(scene: Scene): Readonly<Record<string, string>> {
  const [header = '', payload = '', signature = ''] = scene.token().split('.')
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const own = newKey('k1')
  const longer = { ...said, exp: start + 5 * HOUR_S }
  return {
    'by another key under a known name': jwt(
      { alg: 'ES256', typ: 'at+jwt', kid: 'k1' },
      longer,
      own.privateKey,
    ),
    'by a key that nobody knows': jwt(
      { alg: 'ES256', typ: 'at+jwt', kid: 'new' },
      longer,
      own.privateKey,
    ),
    'with a key of its own': jwt(
      { alg: 'ES256', typ: 'at+jwt', kid: 'new', jwk: own.publicJwk },
      longer,
      own.privateKey,
    ),
    'without a signature': `${base64url({ alg: 'none', typ: 'at+jwt' })}.${base64url(longer)}.AA`,
    'with a later expiry': `${header}.${base64url(longer)}.${signature}`,
  }
}

async function codeOf(asked: Promise<unknown>): Promise<TrustCode | 'accepted'> {
  try {
    await asked
    return 'accepted'
  } catch (error) {
    if (error instanceof TrustError) return error.code
    throw error
  }
}

describe('While the identity provider is down for an hour', () => {
  it('T10 tokens that were issued work to their end and no longer, and nothing else is let in', async () => {
    const scene = newScene(issuer)
    const issued = lives.map((life) => ({
      endsAt: life + SKEW_S,
      token: scene.token({
        exp: start + life,
        jti: `${life}`,
        'nhn:tillitsrammeverk:parameters': undefined,
        'kilde:citizen': citizenClaim,
      }),
    }))
    await scene.verifier.verify(scene.request(scene.token()))
    issuer.failWith(503)
    const forged = Object.values(forgedBy(scene))
    const counts = { accepted: 0, expired: 0, refused: 0 }
    for (let second = 0; second <= HOUR_S; second += STEP_S) {
      for (const { token, endsAt } of issued) {
        const told = await codeOf(scene.verifier.verify(scene.request(token)))
        expect([second, told]).toEqual([second, second < endsAt ? 'accepted' : 'TOKEN_EXPIRED'])
        counts[told === 'accepted' ? 'accepted' : 'expired'] += 1
      }
      for (const token of forged) {
        const told = await codeOf(scene.verifier.verify(scene.request(token)))
        expect(['TOKEN_SIGNATURE', 'TOKEN_MALFORMED', 'ISSUER_UNAVAILABLE']).toContain(told)
        counts.refused += 1
      }
      scene.moveBy(STEP_S * 1_000)
    }
    process.stderr.write(`T10: ${JSON.stringify(counts)}\n`)
    // Asked in vain, but not by every request.
    expect(issuer.fetches()).toBeLessThanOrEqual(2 + HOUR_S / 300)
  }, 60_000)

  it('T10 a service that has no keys yet lets nobody in, and says that it is not the token’s fault', async () => {
    issuer.failWith(503)
    const scene = newScene(issuer)
    for (let second = 0; second <= HOUR_S; second += 60) {
      const asked = scene.verifier.verify(scene.request(scene.token()))
      const error = await refusal(asked, 'ISSUER_UNAVAILABLE')
      expect({ status: error.status, challenge: error.wwwAuthenticate }).toEqual({
        status: 503,
        challenge: undefined,
      })
      scene.moveBy(1_000)
    }
    issuer.failWith(200)
    scene.moveBy(1_000)
    expect(await codeOf(scene.verifier.verify(scene.request(scene.token())))).toBe('accepted')
  })

  it('T10 the keys that it had are those that it has when it is back', async () => {
    let nowMs = start * 1_000
    const keys = remoteJwks(issuer.jwksUrl, { now: () => nowMs })
    await keys.keyFor('k1', 'ES256')
    issuer.failWith(503)
    for (let second = 0; second <= HOUR_S; second += STEP_S) {
      nowMs += STEP_S * 1_000
      await expect(keys.keyFor('k1', 'ES256')).resolves.toBeDefined()
    }
    issuer.failWith(200)
    issuer.keys.push(newKey('k2'))
    nowMs += 300_001
    await expect(keys.keyFor('k2', 'ES256')).resolves.toBeDefined()
  })

  it('T10 no token is had anew: whoever signs in, or asks a source, is told that it cannot be reached', async () => {
    issuer.failWith(503)
    const tokens = createTokenClient({
      issuer: issuer.issuer,
      clientId: 'kilde-gateway',
      clientKey: await generateKey(),
    })
    const target = { audience: 'kilde:organization:310000108', scope: 'kilde:organization/read' }
    await refusal(tokens.clientCredentials(target), 'ISSUER_UNAVAILABLE')
    await refusal(tokens.exchange({ ...target, subjectToken: 'x' }), 'ISSUER_UNAVAILABLE')
  })
})
