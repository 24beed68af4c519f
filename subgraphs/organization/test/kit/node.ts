import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAuditLog } from '@kilde/audit'
import { CatalogueError, type CatalogueState, type Follower } from '@kilde/catalogue'
import { identifierToken, parsePatientIdentifier, patientDigest } from '@kilde/contract'
import { type OrganizationKey, organizations } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { generateKey } from '@kilde/trust'
import { operationDigest } from '@kilde/trust/context'
import {
  createOrganization,
  type OrganizationParts,
  readOrganizationConfig,
} from '../../src/index.js'
import { audienceOf, createIssuer, ISSUER } from './tokens.js'

const auditKey = Buffer.alloc(32, 7)
const digestKey = Buffer.alloc(32, 8)

export interface NodeOptions extends Partial<OrganizationParts> {
  /** Without an address: the embedded PostgreSQL. */
  readonly databases: readonly { readonly organization: OrganizationKey; readonly url?: string }[]
  readonly hosted?: boolean
  /** Settings beside the usual ones. */
  readonly settings?: Readonly<Record<string, string>>
  /** Default: one of its own. Several processes of one node take tokens of the same. */
  readonly issuer?: ReturnType<typeof createIssuer>
}

/** A node on a free port with real databases, real tokens and a registry's state that the test holds. */
export async function startNode(options: NodeOptions) {
  const { databases, hosted = false, settings = {}, issuer = createIssuer(), ...parts } = options
  const directory = await mkdtemp(join(tmpdir(), 'kilde-node-'))
  await chmod(directory, 0o755)
  const tenants = databases.map(({ organization, url }) => ({
    number: organizations[organization].number,
    ...(url !== undefined && { databaseUrl: url }),
    auditKey: auditKey.toString('base64url'),
    digestKey: digestKey.toString('base64url'),
  }))
  const [first] = tenants
  const clientKey = await generateKey()
  const { d: _secret, ...publicKey } = clientKey
  const config = readOrganizationConfig({
    KILDE_PORT: '0',
    ...(hosted
      ? { KILDE_TENANTS: JSON.stringify(tenants) }
      : {
          KILDE_ORGANIZATION: first?.number,
          DATABASE_URL: first?.databaseUrl,
          KILDE_AUDIT_KEY: first?.auditKey,
          KILDE_DIGEST_KEY: first?.digestKey,
        }),
    KILDE_ISSUER: ISSUER,
    KILDE_CLIENT_ID: 'kilde-node-test',
    KILDE_CLIENT_KEY: JSON.stringify(clientKey),
    KILDE_REGISTRY_URL: 'http://127.0.0.1:1',
    KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [publicKey] }),
    KILDE_AUDIT_DIRECTORY: directory,
    KILDE_STORE_DIRECTORY: join(directory, 'store'),
    ...settings,
  })
  const running = await createOrganization(config, {
    logger: silentLogger,
    keys: issuer.keys,
    follower: holding(catalogue()),
    ...parts,
  })
  const post = async (path: string, claims: object, body: Uint8Array, headers: object = {}) => {
    const url = `${running.url}${path}`
    const accessToken = issuer.token({ ...claims })
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        authorization: `DPoP ${accessToken}`,
        dpop: issuer.proof.sign({ method: 'POST', url, accessToken, body }),
        ...headers,
      },
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  return {
    url: running.url,
    issuer,
    directory,
    post,
    /** Asks a question; `salt` and so on may be given as `extensions.kilde`. */
    ask: (
      claims: object,
      query: string,
      variables: object = {},
      kilde: object = {},
      prefix = '',
    ) => {
      const saltOfIt = 'salt' in kilde ? String(kilde.salt) : salt()
      const context = contextOf(claims as Claims, query, variables as Variables, saltOfIt)
      const body = { query, variables, extensions: { kilde: { ...context, ...kilde } } }
      return post(`${prefix}/graphql`, claims, Buffer.from(JSON.stringify(body)))
    },
    records: (organization: OrganizationKey) =>
      collect(
        readAuditLog({ directory, owner: organizations[organization].number, key: auditKey }),
      ),
    async stop() {
      await running.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

type Claims = Readonly<Record<string, unknown>>
type Variables = Readonly<Record<string, unknown>>

/** The signed context, as a gateway states it (docs/node-protocol.md). */
export function contextOf(claims: Claims, query: string, variables: Variables, ofSalt: string) {
  const attest = claims['nhn:tillitsrammeverk:parameters'] as Attested | undefined
  const citizen = claims['kilde:citizen'] as Care | undefined
  const care = attest?.care_relationship ?? citizen
  const decision = attest?.care_relationship?.decision_ref?.id
  return {
    salt: ofSalt,
    requester: claims['sub'],
    operation: operationDigest(query),
    patient: digestOf(variables['identifier'], ofSalt),
    ...(care?.purpose_of_use && { purpose: care.purpose_of_use.code }),
    ...(decision !== undefined && { decisionRef: decision }),
  }
}

interface Care {
  readonly purpose_of_use?: { readonly code: string }
  readonly decision_ref?: { readonly id: string }
}

interface Attested {
  readonly care_relationship?: Care
}

/** Of something that is no identifier there is none, and the question is refused for that. */
function digestOf(identifier: unknown, ofSalt: string): string {
  try {
    return patientDigest(ofSalt, identifierToken(parsePatientIdentifier(identifier)))
  } catch {
    return 'none'
  }
}

export const salt = (): string => randomBytes(16).toString('base64url')

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A registry's state as a follower holds it; none for a registry that was never reached. */
export function holding(state: CatalogueState | undefined): Follower {
  return {
    start: async () => {},
    stop: async () => {},
    onChange: () => () => {},
    health: () => ({ name: 'registry', code: 'REGISTRY_UNREACHABLE', ok: state !== undefined }),
    current() {
      if (!state) throw new CatalogueError('CATALOGUE_UNAVAILABLE')
      return { state, confirmedAtMs: Date.parse(state.issuedAt), stale: false }
    },
  }
}

/** The demo's organisations; the municipality has an agreement with the hospital alone, for planned and acute care. */
export function catalogue(servesCitizens = true): CatalogueState {
  const all = Object.values(organizations)
  const { municipality, hospital } = organizations
  return {
    version: 1,
    issuedAt: '2026-11-22T12:00:00.000Z',
    organizations: all.map(({ number, name }) => ({
      number,
      name,
      kind: 'OTHER',
      endpoint: `http://127.0.0.1:1/${number}`,
      audience: audienceOf(number),
      dataClasses: ['Observation'],
      contractVersion: '1.0',
      state: 'ACTIVE',
      servesCitizens,
    })),
    agreements: [
      {
        id: 'hospital-municipality',
        consumer: hospital.number,
        provider: municipality.number,
        dataClasses: ['Observation'],
        purposes: ['TREAT', 'ETREAT', 'COC', 'BTG'],
        legalBasis: 'helsepersonelloven § 45',
        riskAssessment: 'ROS-1',
        validFrom: '2024-01-01',
      },
    ],
    memberships: all.map(({ number }) => ({
      organization: number,
      acceptedTerms: [{ version: '1', date: '2024-01-01' }],
      validFrom: '2024-01-01',
    })),
  }
}
