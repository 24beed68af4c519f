import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Answer, askAs, type Session } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { createProofSigner, generateKey } from '@kilde/trust'
import { breakSignature, changeClaims, signAnew, unsign } from '../e2e/tokens/forge.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { nodeQuestion } from '../kit/node-question.js'
import { note } from '../kit/note.js'
import { refusalIn, signedPost } from '../kit/signed-post.js'

const holders = ['gp', 'hospital'] as const
const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { nodes { id } sources { status reason } } }
}`
const variables = { identifier: patients.copd.identifier }
const body = JSON.stringify({ query, variables })
const MINUTE_MS = 60_000
const FLOOD = 500
const ROWS = 6

/** Clock of all services but identity, and of who asks. */
let passedMs = 0
const now = (): number => Date.now() + passedMs

let network: WatchedNetwork
beforeAll(async () => {
  // The stand-ins for base data are at identity's address: whether they answer is not asked here.
  const own = { KILDE_BASE_DATA_URL: '' }
  network = await startNetwork({
    now,
    organizations: holders,
    settings: { gateway: own, gp: own, hospital: own },
    data: { patient: patients.copd, organizations: holders, rows: ROWS, until: new Date() },
  })
}, 180_000)
afterAll(() => network?.stop(), 60_000)

const signIn = async (): Promise<Session> =>
  network.signIn('gp', createProofSigner(await generateKey(), { now }))

const ask = (session: Session): Promise<Answer> =>
  askAs(session, `${network.gateway}/graphql`, { query, variables })

/** What the sources say, and how many rows there are. */
async function told(session: Session) {
  const { status, body: answer } = await ask(session)
  if (status !== 200) return { status, code: answer.errors?.[0]?.extensions?.code }
  const { observations } = (answer.data as Data).patient
  const sources = observations.sources.map((source) => source.reason ?? source.status)
  return { status, sources, rows: observations.nodes.length }
}

interface Data {
  readonly patient: {
    readonly observations: {
      readonly nodes: readonly object[]
      readonly sources: readonly { readonly status: string; readonly reason: string | null }[]
    }
  }
}

/** How often anybody has fetched the issuer's keys. */
const keyFetches = (): number =>
  network.requests.filter(
    ({ port, url }) => url.includes('jwks') && port === Number(new URL(network.issuer).port),
  ).length

/** What the gateway, or a node, says of a token that somebody made. */
async function refusal({ proof }: Session, token: string, service: 'gateway' | 'node') {
  const base = service === 'gateway' ? network.gateway : (network.endpoints.hospital ?? '')
  const text = service === 'gateway' ? body : nodeQuestion({ token, query, variables })
  const answer = await signedPost({ url: `${base}/graphql`, body: text, token, proof })
  return refusalIn(answer)
}

/** As if it were for that service. */
const madeFor = (token: string, service: 'gateway' | 'node'): string =>
  service === 'gateway'
    ? token
    : changeClaims(token, {
        aud: `kilde:organization:${organizations.hospital.number}`,
        scope: ['kilde:organization/read'],
      })

const services = ['gateway', 'node'] as const
const everything = { status: 200, sources: ['OK', 'OK'], rows: ROWS }

// In this order: after a flood a key that nobody announced is not looked for, and from the third on identity is gone.
describe('The identity provider', () => {
  it('T9 changes its key while people ask: none of them is refused', async () => {
    const before = await signIn()
    expect(await told(before)).toEqual(everything)
    const fetched = keyFetches()
    let asked = 0
    const asking = async (session: Session): Promise<void> => {
      for (let times = 0; times < 20; times += 1) {
        expect(await told(session)).toEqual(everything)
        asked += 1
      }
    }
    const old = asking(before)
    await network.identity.rotateKeys()
    await Promise.all([old, signIn().then(asking), signIn().then(asking)])
    // Gateway, registry, privacy, two organisations and the operator: each once.
    expect(keyFetches() - fetched).toBeLessThanOrEqual(6)
    note('T9 rotation', { asked, failed: 0, fetches: keyFetches() - fetched })
  }, 120_000)

  it.each(services)(
    'T9 is not asked for keys that somebody invents at the %s',
    async (service) => {
      const session = await signIn()
      const fetched = keyFetches()
      for (let count = 0; count < FLOOD; count += 1) {
        const forged = signAnew(madeFor(session.token.value, service), () => ({
          kid: `mine-${count}`,
        }))
        expect(await refusal(session, forged, service)).toMatchObject({
          status: 401,
          code: 'TOKEN_SIGNATURE',
        })
        if (count % 100 === 0) expect(await told(session)).toEqual(everything)
      }
      expect(keyFetches() - fetched).toBeLessThanOrEqual(1)
      note(`T9 flood at the ${service}`, { invented: FLOOD, fetches: keyFetches() - fetched })
    },
    120_000,
  )

  it('T10 is down for an hour: tokens work to their end, nobody signs in, and nothing forged is let in', async () => {
    const session = await signIn()
    const other = await signIn()
    expect(await told(session)).toEqual(everything)
    const startedMs = passedMs
    await network.services.identity?.stop()
    await expect(signIn()).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' })
    // Signed in, but not at any source yet: told of each, and no rows.
    expect(await told(other)).toEqual({
      status: 200,
      sources: Array(2).fill('TOKEN_UNAVAILABLE'),
      rows: 0,
    })
    let accepted = 0
    for (let minute = 0; minute <= 60; minute += 3) {
      passedMs = startedMs + minute * MINUTE_MS
      // A token lives for ten minutes, a bit of which is gone.
      if (minute < 9.5) expect(await told(session)).toEqual(everything)
      else if (minute > 10.5)
        expect(await told(session)).toEqual({ status: 401, code: 'TOKEN_EXPIRED' })
      accepted += await forgedAccepted(session)
    }
    expect(accepted).toBe(0)
    note('T10', { minutes: 60, forged: 21 * 2 * 5, accepted })
  }, 180_000)
})

/** How many of the tokens that can be made of a genuine one let anybody in. */
async function forgedAccepted(session: Session): Promise<number> {
  const later = Math.floor(now() / 1_000) + 3_600
  let accepted = 0
  for (const service of services) {
    const token = changeClaims(madeFor(session.token.value, service), { exp: later })
    const own = (header: object) => signAnew(token, () => ({ ...header }))
    for (const forged of [
      token,
      own({}),
      own({ kid: 'mine' }),
      unsign(token),
      breakSignature(token),
    ]) {
      const { status } = await refusal(session, forged, service)
      expect([401, 503]).toContain(status)
      if (status === 200) accepted += 1
    }
  }
  return accepted
}
