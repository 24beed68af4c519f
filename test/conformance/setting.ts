import type { Claims, Setting } from '@kilde/cli/conformance'
import { readParts } from '@kilde/cli/conformance'
import { demoPatients, generateRows } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { publicPart } from '@kilde/trust'
import { type BaseData, basePeople } from '../e2e/privacy/people.js'
import { change } from '../e2e/privacy/settings.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'

/** The node that is tried, as everybody sees it: behind a proxy, which passes all on as long as nobody tells it otherwise. */
const TRIED = 'municipality'
const ROWS = 40

export interface NodeOptions {
  /** Settings of the node. */
  readonly settings?: Readonly<Record<string, string>>
  /** The registry asks for requesters' signatures. */
  readonly signed?: true
}

/** A node that wants nonces, answers only signed requests and never discloses. */
export const strict: NodeOptions = {
  settings: { KILDE_DISCLOSURE: 'hidden', KILDE_HIDDEN_EVERY_MS: '1', KILDE_DPOP_NONCE: 'on' },
  signed: true,
}

export interface TriedNode {
  readonly network: WatchedNetwork
  readonly setting: Setting
}

const base: BaseData = { confidential: [], represented: ['child', 'diabetes'] }

/** Our own node with rows of a patient, of one who has blocked it, and everybody who asks in the checks. */
export async function startTriedNode({
  settings = {},
  signed,
}: NodeOptions = {}): Promise<TriedNode> {
  const until = new Date()
  const network = await startNetwork({
    organizations: [TRIED, 'hospital'],
    faults: [TRIED],
    wrongOnPurpose: TRIED,
    ...(signed && { signed: [TRIED] }),
    settings: { [TRIED]: settings, privacy: { KILDE_PRIVACY_PEOPLE: basePeople(base) } },
  })
  for (const patient of [patients.copd, patients.diabetes]) {
    await network.load(generateRows({ patient, organizations: [TRIED], rows: ROWS, until }))
  }
  for (const { organization, bundle } of demoPatients(until)) {
    if (organization === TRIED) await network.loaderTo(TRIED).load(bundle)
  }
  await change(network, 'proxy', 'block')
  return { network, setting: await settingOf(network, settings, signed) }
}

async function settingOf(
  network: WatchedNetwork,
  settings: Readonly<Record<string, string>>,
  signed: true | undefined,
): Promise<Setting> {
  const { number } = organizations[TRIED]
  const { state } = await network.admin.overview()
  const entry = state.organizations.find((one) => one.number === number)
  return {
    baseUrl: network.endpoints[TRIED] ?? '',
    organization: number,
    issuer: { url: network.issuer, signingKey: network.issuerKey },
    gatewayClient: 'kilde-gateway',
    gatewayAudience: 'kilde:gateway',
    requesters: {
      permitted: await claimsOf(network, 'hospital-doctor'),
      citizen: await claimsOf(network, 'patient'),
      youth: await claimsOf(network, 'youth'),
    },
    patients: {
      known: patients.copd.identifier,
      unknown: patients.none.identifier,
      blocked: patients.diabetes.identifier,
    },
    pageKeys: (entry?.pageKeys ?? []).map(publicPart),
    disclosure: settings['KILDE_DISCLOSURE'] === 'hidden' ? 'hidden' : 'visible',
    requestSignature: signed ? 'REQUESTER' : 'GATEWAY',
    registers: true,
  }
}

async function claimsOf(network: WatchedNetwork, persona: string): Promise<Claims> {
  const { token } = await network.signIn(persona)
  return readParts(token.value).payload
}
