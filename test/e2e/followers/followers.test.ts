import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { operator, organizations } from '@kilde/people'
import { privacyAudience, privacyScopes } from '@kilde/privacy'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'

const { hospital, homeCare, municipality, rehabilitation } = organizations
const SETTINGS = '{ settings { nodes { organization state } } }'

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital', 'homeCare', 'rehabilitation'],
  })
}, 120_000)
afterAll(() => network?.stop(), 60_000)

/** Organisations whose nodes the privacy service knows, and whether they go by what it holds. */
async function nodes(): Promise<Readonly<Record<string, string>>> {
  const { body } = await network.askPrivacy('patient', SETTINGS)
  const { settings } = body.data as {
    readonly settings: {
      readonly nodes: readonly { readonly organization: string; readonly state: string }[]
    }
  }
  return Object.fromEntries(settings.nodes.map(({ organization, state }) => [organization, state]))
}

/** Opens a stream with the client of one organisation for the settings of another; reads until it is ended. */
async function follow(owner: string, organization: string) {
  const url = `${network.privacy}/feed/stream/${organization}`
  const tokens = network.tokensOf(`kilde-node-${owner}`)
  const token = await tokens.clientCredentials({
    audience: privacyAudience,
    scope: privacyScopes.follow,
  })
  const signed = { method: 'GET', url, accessToken: token.value, body: Buffer.alloc(0) }
  const leaving = new AbortController()
  const response = await fetch(url, {
    signal: leaving.signal,
    headers: {
      authorization: `DPoP ${token.value}`,
      dpop: tokens.proof.sign(signed),
      'kilde-follower': `test;${crypto.randomUUID()}`,
    },
  })
  if (response.status === 200) {
    const ended = response.text().then(
      () => 'ended',
      () => 'ended',
    )
    return { status: 200, ended, leave: () => leaving.abort() }
  }
  const { errors } = (await response.json()) as {
    readonly errors: readonly { readonly extensions: { readonly code: string } }[]
  }
  return { status: response.status, code: errors[0]?.extensions.code }
}

const refused = { status: 403, code: 'CALLER_KIND_NOT_ACCEPTED' }

describe('who follows the settings of patients', () => {
  it('is every organisation that the registry lists, by its own client or that of its supplier', async () => {
    const all = [municipality, hospital, homeCare, rehabilitation, operator]
    const inForce = Object.fromEntries(all.map(({ number }) => [number, 'IN_FORCE']))
    expect(await nodes()).toEqual(inForce)
    const hosted = await follow(homeCare.number, rehabilitation.number)
    expect(hosted.status).toBe(200)
    hosted.leave?.()
  })

  it('is nobody for an organisation that has not named it', async () => {
    expect(await follow(hospital.number, municipality.number)).toEqual(refused)
    expect(await follow(rehabilitation.number, homeCare.number)).toEqual(refused)
  })

  it('ends with the registry’s word that an organisation has left, without a restart, and comes back with it', async () => {
    const before = await network.admin.overview()
    const stream = await follow(hospital.number, hospital.number)
    expect(stream.status).toBe(200)
    await network.admin.removeOrganization(hospital.number)
    expect(await stream.ended).toBe('ended')
    expect(await follow(hospital.number, hospital.number)).toEqual(refused)
    expect(Object.keys(await nodes())).not.toContain(hospital.number)

    await network.admin.importState(before.state)
    const again = await follow(hospital.number, hospital.number)
    expect(again.status).toBe(200)
    again.leave?.()
    expect(Object.keys(await nodes())).toContain(hospital.number)
  })
})
