import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateRows } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { openEvents, type SeenStream } from '../../kit/event-stream.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { nodeQuestion } from '../../kit/node-question.js'
import { refusalIn, signedPost } from '../../kit/signed-post.js'

const patient = patients.copd
const { identifier } = patient
const { municipality } = organizations
const DAY_MS = 86_400_000

const QUERY = `query ($identifier: PatientIdentifier!, $first: Int) {
  patient(identifier: $identifier) { observations(first: $first) {
    edges { cursor node { id } } pageInfo { hasNextPage }
    sources { organization { number } status returned dropped recovered withheld reason asOf contractVersion } } } }`

/** Runs ahead of the machine's clock. */
let aheadMs = 0
let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality'],
    now: () => Date.now() + aheadMs,
  })
}, 120_000)
afterAll(() => network.stop(), 60_000)

const load = (seed: string, rows: number): Promise<void> => {
  const until = new Date('2026-03-15T10:00:00+01:00')
  return network.load(generateRows({ patient, organizations: ['municipality'], rows, until, seed }))
}

/** A question to the node itself, with a token for it and a proof for an address of it. */
async function question(live: object = {}, first = 10) {
  const url = `${network.endpoints.municipality}/live`
  const { tokens, user } = await gatewayFor()
  const token = await tokens.exchange({
    subjectToken: user,
    audience: `kilde:organization:${municipality.number}`,
    scope: 'kilde:organization/read',
  })
  const variables = { identifier, first }
  const text = nodeQuestion({ token: token.value, query: QUERY, variables, kilde: { live } })
  return { url, token, proof: tokens.proof, body: JSON.parse(text) as object, text }
}

async function gatewayFor() {
  const tokens = network.tokensOf('kilde-gateway')
  const { token } = await network.signIn('nurse')
  return { tokens, user: token.value }
}

async function live(place?: string): Promise<SeenStream> {
  const { url, token, proof, body } = await question(place === undefined ? {} : { after: place })
  return openEvents({ token, proof }, { url, body, signsBody: true })
}

const idsIn = (data: string): readonly string[] =>
  (
    JSON.parse(data) as {
      data: { patient: { observations: { edges: { node: { id: string } }[] } } }
    }
  ).data.patient.observations.edges.map(({ node }) => node.id)

describe('a stream of a node', () => {
  it('begins with an answer without rows, and gives rows and places', async () => {
    const stream = await live()
    const first = await stream.next()
    expect([first?.event, idsIn(first?.data ?? '')]).toEqual(['answer', []])
    expect(first?.id).toMatch(/^\d+$/)
    await load('one', 3)
    const told = await nextAnswer(stream)
    expect(idsIn(told.data)).toHaveLength(3)
    stream.leave()
  })

  it('goes on from a place without leaving a row out, over as many events as it takes', async () => {
    const before = await live()
    const place = (await before.next())?.id ?? ''
    before.leave()
    await load('two', 25)
    const stream = await live(place)
    const ids = new Set<string>()
    while (ids.size < 25) for (const id of idsIn((await nextAnswer(stream)).data)) ids.add(id)
    stream.leave()
  })

  it('refuses places that are none, or too old, and proofs for another address', async () => {
    const code = async (place: string) => {
      const stream = await live(place)
      return [stream.status, (await stream.text()).includes('LIVE_CURSOR_INVALID')]
    }
    expect(await code('nonsense')).toEqual([400, true])
    expect(await code(String(Date.now() - 2 * DAY_MS))).toEqual([400, true])
    expect(await code(String(Date.now() + DAY_MS))).toEqual([400, true])

    const { url, token, proof, text } = await question()
    const elsewhere = proof.sign({
      ...{ method: 'POST', url: url.replace('/live', '/graphql'), accessToken: token.value },
      body: Buffer.from(text),
    })
    const refused = await signedPost({
      ...{ url, body: text, token: token.value, proof },
      headers: { dpop: elsewhere },
    })
    expect(refusalIn(refused)).toMatchObject({ status: 401, code: 'DPOP_PROOF_URL' })
  })

  it('ends with its token', async () => {
    const stream = await live()
    await stream.next()
    aheadMs = 700_000
    const rest = await stream.rest()
    expect(rest.at(-1)).toMatchObject({ event: 'end' })
    expect(rest.at(-1)?.data).toContain('LIVE_EXPIRED')
    aheadMs = 0
  })

  it('ends with a reason when the node stops', async () => {
    const stream = await live()
    await stream.next()
    await network.services.municipality?.stop()
    const rest = await stream.rest()
    expect(rest.at(-1)?.data).toContain('LIVE_STOPPING')
  })
})

async function nextAnswer(stream: SeenStream) {
  for (let event = await stream.next(); event; event = await stream.next()) {
    if (event.event === 'answer' && idsIn(event.data).length > 0) return event
  }
  throw new Error('the stream ended')
}
