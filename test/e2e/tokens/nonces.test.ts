import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { patients } from '@kilde/people'
import { privacyAudience, privacyPaths, privacyScopes } from '@kilde/privacy'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { refusalIn, signedPost } from '../../kit/signed-post.js'

const nodes = ['municipality', 'hospital'] as const
const wanted = { KILDE_DPOP_NONCE: 'on' }
const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { nodes { id } sources { status } } }
}`
const variables = { identifier: patients.copd.identifier }

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: nodes,
    settings: {
      gateway: wanted,
      registry: wanted,
      privacy: wanted,
      municipality: wanted,
      hospital: wanted,
    },
    // Loaded by the organisations' own systems, each of which is told a nonce first.
    data: { patient: patients.copd, organizations: nodes, rows: 6, until: new Date() },
  })
}, 120_000)
afterAll(() => network.stop())

/** Whether the privacy service says of every node that it goes by the patient's settings. */
async function areFollowing(): Promise<boolean> {
  const { body } = await network.askPrivacy('patient', '{ settings { nodes { state } } }')
  const { settings } = body.data as {
    readonly settings: { readonly nodes: readonly { readonly state: string }[] }
  }
  return settings.nodes.length > 0 && settings.nodes.every(({ state }) => state === 'IN_FORCE')
}

describe('services that want nonces in proofs (RFC 9449 §9)', () => {
  it('answer clients that learn the nonce from the refusal, and the gateway does so at the nodes', async () => {
    const { status, body } = await network.ask('nurse', query, variables)
    expect(status).toBe(200)
    const { observations } = (body.data as { patient: { observations: object } }).patient
    expect(observations).toMatchObject({ sources: [{ status: 'OK' }, { status: 'OK' }] })
  })

  it('are registry and privacy service too: nodes follow them, and those who change them learn the nonce', async () => {
    const { organizations } = (await network.admin.overview()).state
    const [one] = organizations
    if (!one) throw new Error('there are organisations')
    const change = await network.admin.putOrganization({ ...one, name: `${one.name} (new)` })
    expect(change).toMatchObject({ changed: true, missing: [] })
    // The test's own limit ends a wait in vain.
    while (!(await areFollowing())) await pause(100)
    const session = await network.signIn('patient', undefined, {
      audience: privacyAudience,
      scope: privacyScopes.own,
    })
    const url = `${network.privacy}${privacyPaths.graphql}`
    const { token, proof } = session
    const post = { url, body: '{"query":"{ __typename }"}', proof, token: token.value }
    expect(refusalIn(await signedPost(post))).toMatchObject({
      status: 401,
      code: 'DPOP_NONCE_NEEDED',
    })
  })

  it('refuse a proof without one, and tell the one to use', async () => {
    const { token, proof } = await network.signIn('nurse')
    const url = `${network.gateway}/graphql`
    const body = JSON.stringify({ query, variables })
    const answer = await signedPost({ url, body, proof, token: token.value })
    expect(refusalIn(answer)).toEqual({
      status: 401,
      code: 'DPOP_NONCE_NEEDED',
      text: 'The DPoP proof needs the nonce from the header "DPoP-Nonce".',
    })
    expect(answer.headers['www-authenticate']).toContain('DPoP error="use_dpop_nonce"')
    const nonce = String(answer.headers['dpop-nonce'])
    const signed = { method: 'POST', url, accessToken: token.value, nonce }
    const again = await signedPost({
      ...{ url, body, proof, token: token.value },
      headers: { dpop: proof.sign(signed) },
    })
    expect(again.status).toBe(200)
    expect(again.headers['dpop-nonce']).toMatch(/^[\w-]{32}$/)
  })
})
