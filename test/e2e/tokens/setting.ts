import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type AuditRecord, readAuditLog } from '@kilde/audit'
import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { createProofSigner, generateKey, type PrivateJwk, type ProofSigner } from '@kilde/trust'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { nodeQuestion } from '../../kit/node-question.js'

export type Claims = Readonly<Record<string, unknown>>
/** Claims in place of the genuine ones. */
export type Change = (genuine: Claims) => Claims

/** A service under attack: where it is, what its tokens say, and what it writes down. */
export interface Target {
  readonly url: string
  readonly scope: string
  readonly body: string
  /** A genuine token of the GP for this service, bound to `key`, with some claims changed before it was signed. */
  token(change?: Change): Promise<string>
  /** The same of a machine without a user. */
  machineToken(): Promise<string>
  /** What the logs hold of one request; waits for the security log, which is written behind the answer. */
  recorded(requestId: string): Promise<Recorded>
}

export interface Recorded {
  readonly security: readonly object[]
  readonly audit: readonly AuditRecord[]
}

export interface Attack {
  readonly network: WatchedNetwork
  readonly key: PrivateJwk
  readonly proof: ProofSigner
  /** The public key of the issuer's signatures. */
  readonly issuerKey: object
  readonly gateway: Target
  readonly node: Target
  /** The question of every request, about another patient. */
  bodyAbout(number: string): string
  /** Requests that reached any node so far. */
  requestsAtNodes(): number
}

const auditKey = randomBytes(32)
const text = auditKey.toString('base64url')
const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { edges { node { id valueText } } } }
}`
const about = (number: string) => ({
  identifier: identifierToken(parsePatientIdentifier(number)),
})
const bodyAbout = (number: string): string => JSON.stringify({ query, variables: about(number) })
const variables = about(patients.copd.identifier)
const body = JSON.stringify({ query, variables })

type Settings = Readonly<Record<string, string>>

/** A network whose tokens can be changed before they are signed, and whose logs can be read. */
export async function startAttack(
  settings: { readonly gateway?: Settings; readonly node?: Settings } = {},
): Promise<Attack> {
  const key = await generateKey()
  const proof = createProofSigner(key)
  let change: Change | undefined
  const nodes = ['municipality', 'hospital', 'gp'] as const
  const network = await startNetwork({
    organizations: nodes,
    faults: nodes,
    settings: {
      gateway: {
        KILDE_AUDIT_KEY: text,
        KILDE_SOURCE_TIMEOUT_MS: '30000',
        KILDE_REQUEST_TIMEOUT_MS: '60000',
        ...settings.gateway,
      },
      hospital: { KILDE_AUDIT_KEY: text, ...settings.node },
    },
    data: { patient: patients.copd, organizations: nodes, rows: 6, until: new Date() },
    alterToken: (claims) => ({ ...claims, ...change?.(claims) }),
  })
  // What stands in the context of a question to a node is the same at every sign-in of one persona.
  const known = await network.signIn('gp')
  /** Everything that is issued meanwhile is changed, and bound to the key of the attacker. */
  const crafting = async <T>(changed: Change, issue: () => Promise<T>): Promise<T> => {
    change = (genuine) => ({ cnf: { jkt: proof.jkt }, ...changed(genuine) })
    return issue().finally(() => {
      change = undefined
    })
  }
  const machineToken = async (aud: string, scope: string): Promise<string> => {
    const admin = network.tokensOf('kilde-admin')
    const target = { audience: 'kilde:registry', scope: 'kilde:registry/admin' }
    return (
      await crafting(
        () => ({ aud, scope: [scope] }),
        () => admin.clientCredentials(target),
      )
    ).value
  }
  return {
    network,
    key,
    proof,
    issuerKey: await keyOf(network.issuer),
    gateway: {
      url: `${network.gateway}/graphql`,
      scope: 'kilde:gateway/read',
      body,
      token: async (changed = asItIs) =>
        (await crafting(changed, () => network.signIn('gp'))).token.value,
      machineToken: () => machineToken('kilde:gateway', 'kilde:gateway/read'),
      recorded: (id) => recorded(network, 'gateway', organizations.gp.number, id),
    },
    node: {
      url: `${network.endpoints.hospital}/graphql`,
      scope: SOURCE.scope,
      body: nodeQuestion({ token: known.token.value, query, variables }),
      token: async (changed = asItIs) => {
        const { token } = await network.signIn('gp')
        const gateway = network.tokensOf('kilde-gateway')
        const asked = { ...SOURCE, subjectToken: token.value }
        return (await crafting(changed, () => gateway.exchange(asked))).value
      },
      machineToken: () => machineToken(SOURCE.audience, SOURCE.scope),
      recorded: (id) => recorded(network, 'hospital', organizations.hospital.number, id),
    },
    bodyAbout,
    requestsAtNodes: () =>
      Object.values(network.faults).reduce((sum, proxy) => sum + proxy.requests(), 0),
  }
}

const SOURCE = {
  audience: `kilde:organization:${organizations.hospital.number}`,
  scope: 'kilde:organization/read',
}

const asItIs: Change = () => ({})

async function keyOf(issuer: string): Promise<object> {
  const metadata = await fetch(`${issuer}/.well-known/openid-configuration`)
  const { jwks_uri: address } = (await metadata.json()) as { jwks_uri: string }
  const { keys } = (await (await fetch(address)).json()) as { keys: readonly object[] }
  return keys[0] ?? {}
}

async function recorded(
  { directory }: WatchedNetwork,
  service: string,
  owner: string,
  requestId: string,
): Promise<Recorded> {
  const folder = join(directory, 'audit', service)
  const audit: AuditRecord[] = []
  for await (const record of readAuditLog({ directory: folder, owner, key: auditKey })) {
    if ('requestId' in record && record.requestId === requestId) audit.push(record)
  }
  // In the audit log it stands before the answer leaves; in the security log soon after.
  for (let tries = 0; tries < 100 && audit.length === 0; tries++) {
    const security = (await securityEvents(folder)).filter(
      (event) => event['requestId'] === requestId,
    )
    if (security.length > 0) return { security, audit }
    await pause(50)
  }
  return { security: [], audit }
}

/** The events of a service's security log. */
export async function securityEvents(folder: string): Promise<readonly Record<string, unknown>[]> {
  const lines = await readFile(join(folder, 'security', 'security.jsonl'), 'utf8').catch(() => '')
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
