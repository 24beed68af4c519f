import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { startDatabase } from '../../subgraphs/organization/test/kit/database.js'
import { startNode } from '../../subgraphs/organization/test/kit/node.js'
import { personaClaims } from '../../subgraphs/organization/test/kit/tokens.js'
import { writeYears, type Years } from './years.js'

const { municipality, hospital } = organizations
/** The keys of the test kit's nodes, and one of a gateway. */
const [KEY, DIGEST_KEY, GATEWAY_KEY] = [7, 8, 9].map((byte) => Buffer.alloc(32, byte))

const QUERY = `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor, $filter: AccessLogFilter) {
  patient(identifier: $identifier) {
    accessLog(first: $first, after: $after, filter: $filter) {
      nodes { id recorded text who { name } }
      pageInfo { hasNextPage endCursor }
      sources { status }
    }
  }
}`

export interface LogPage {
  readonly nodes: readonly {
    readonly id: string
    readonly recorded: string
    readonly text: string
    readonly who: { readonly name: string | null }
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly sources: readonly { readonly status: string }[]
}

/** A real node, over HTTP, that answers for a log of its own and for a gateway's, both of these years. */
export async function startNodeWithYears(plan: Years) {
  const folder = await mkdtemp(join(tmpdir(), 'kilde-years-'))
  const { identifier } = patients.copd
  const patient = identifierToken(parsePatientIdentifier(identifier))
  const places = { node: join(folder, 'node'), gateway: join(folder, 'gateway') }
  const [key, digestKey, gatewayKey] = [KEY, DIGEST_KEY, GATEWAY_KEY] as [Buffer, Buffer, Buffer]
  const common = { patient, reader: hospital.number }
  const own = { ...common, directory: places.node, owner: municipality.number, key, digestKey }
  const gateway = {
    ...common,
    ...{ directory: places.gateway, owner: hospital.number, key: gatewayKey },
  }
  const accesses = (await writeYears(own, plan)) + (await writeYears(gateway, plan))
  const database = await startDatabase()
  const node = await startNode({
    databases: [{ organization: 'municipality', url: await database.createDatabase('years') }],
    settings: {
      KILDE_AUDIT_DIRECTORY: places.node,
      KILDE_GATEWAY_AUDIT_DIRECTORY: places.gateway,
      KILDE_GATEWAY_AUDIT_KEY: gatewayKey.toString('base64url'),
    },
  })
  const claims = personaClaims('patient', municipality.number)
  return {
    accesses,
    /** Name of the organisation whose professionals looked. */
    reader: hospital.name,
    async page(variables: object): Promise<LogPage> {
      const { body } = await node.ask(claims, QUERY, { identifier, ...variables })
      const { data, errors } = body as {
        data?: { patient?: { accessLog?: LogPage } }
        errors?: unknown
      }
      const page = data?.patient?.accessLog
      if (!page) throw new Error(`no page: ${JSON.stringify(errors)}`)
      return page
    },
    async stop() {
      await node.stop()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
