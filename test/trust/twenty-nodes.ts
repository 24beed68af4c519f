import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CatalogueState } from '@kilde/catalogue'
import { createOrganization, readOrganizationConfig } from '@kilde/organization'
import { organizations, patients } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { generateKey, publicPart } from '@kilde/trust'
import { contextOf, holding, salt } from '../../subgraphs/organization/test/kit/node.js'
import {
  audienceOf,
  createIssuer,
  ISSUER,
  personaClaims,
} from '../../subgraphs/organization/test/kit/tokens.js'
import { contentOf, organizationNumbers, targetsOf } from '../bench/network.js'

/** Real nodes of as many organisations, each with its own address, store and audience, in one hosting process. */
export interface ManyNodes {
  readonly numbers: readonly string[]
  /** A token of a doctor of the first organisation for some of them, bound to a key that is right for all. */
  tokenFor(...numbers: readonly string[]): string
  /** Asks one of them with any token. Answers the HTTP status, and the code of a refusal or the source's status. */
  ask(number: string, token: string): Promise<string>
  stop(): Promise<void>
}

const PERSONA = 'hospital-doctor'
const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { sources { status } } }
}`
const variables = { identifier: patients.copd.identifier }

/** The first is the hospital, which may ask all others. */
export async function startNodes(count: number): Promise<ManyNodes> {
  const numbers = organizationNumbers(count)
  const directory = await mkdtemp(join(tmpdir(), 'kilde-nodes-'))
  // The database server may run as another user, who has to get through.
  await chmod(directory, 0o755)
  const issuer = createIssuer()
  const running = await createOrganization(await configOf(numbers, directory), {
    logger: silentLogger,
    keys: issuer.keys,
    follower: holding(stateOf(numbers)),
  })
  return {
    numbers,
    tokenFor(...audiences) {
      const all = audiences.map(audienceOf)
      const aud = all.length === 1 ? all[0] : all
      return issuer.token({ ...personaClaims(PERSONA, organizations.hospital.number), aud })
    },
    async ask(number, accessToken) {
      const url = `${running.url}/${number}/graphql`
      const claims = personaClaims(PERSONA, number)
      const context = contextOf({ ...claims }, query, variables, salt())
      const body = Buffer.from(JSON.stringify({ query, variables, extensions: { kilde: context } }))
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          authorization: `DPoP ${accessToken}`,
          dpop: issuer.proof.sign({ method: 'POST', url, accessToken, body }),
        },
      })
      const text = await response.text()
      return `${response.status} ${/"(?:code|status)":"([A-Z_]+)"/.exec(text)?.[1] ?? ''}`
    },
    async stop() {
      await running.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function configOf(numbers: readonly string[], directory: string) {
  const clientKey = await generateKey()
  const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64url')
  const tenants = numbers.map((number, at) => ({
    number,
    auditKey: keyOf(2 * at),
    digestKey: keyOf(2 * at + 1),
  }))
  return readOrganizationConfig({
    KILDE_PORT: '0',
    KILDE_TENANTS: JSON.stringify(tenants),
    KILDE_ISSUER: ISSUER,
    KILDE_CLIENT_ID: 'kilde-node-test',
    KILDE_CLIENT_KEY: JSON.stringify(clientKey),
    KILDE_REGISTRY_URL: 'http://127.0.0.1:1',
    KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [publicPart(clientKey)] }),
    KILDE_AUDIT_DIRECTORY: join(directory, 'audit'),
    KILDE_STORE_DIRECTORY: join(directory, 'store'),
    KILDE_DATABASE_CONNECTIONS: '1',
    KILDE_PROOF_SECONDS: '30',
  })
}

function stateOf(numbers: readonly string[]): CatalogueState {
  const origins = numbers.map(() => 'http://127.0.0.1:1')
  const targets = targetsOf(numbers, origins, {
    sources: numbers.length,
    rowsPerSource: 0,
    padding: 0,
  })
  return { version: 1, issuedAt: new Date().toISOString(), ...contentOf(targets) }
}
