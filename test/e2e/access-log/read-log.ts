import { patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'

export interface Entry {
  readonly id: string
  readonly text: string
  readonly outcome: string
  readonly trace: string | null
  readonly items: readonly string[]
  readonly classes: readonly { readonly code: string }[]
  readonly decision: { readonly id: string } | null
  readonly who: {
    readonly kind: string
    readonly name: string | null
    readonly role: { readonly code: string; readonly text: string } | null
    readonly organization: { readonly name: string } | null
  }
  readonly recordedBy: readonly { readonly organization: { readonly name: string } }[]
  readonly asked: readonly {
    readonly organization: { readonly name: string }
    readonly status: string
    readonly returned: number
  }[]
}

export interface Log {
  readonly nodes: readonly Entry[]
  readonly complete: boolean
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly sources: readonly {
    readonly organization: { readonly name: string }
    readonly status: string
    readonly reason: string | null
  }[]
}

export interface LogArguments {
  readonly first?: number
  readonly after?: string | null
  readonly order?: string
  readonly filter?: Readonly<Record<string, unknown>>
}

const QUERY = `query Log($identifier: PatientIdentifier!, $filter: AccessLogFilter, $first: Int, $after: Cursor, $order: Order) {
  patient(identifier: $identifier) {
    accessLog(filter: $filter, first: $first, after: $after, order: $order) {
      nodes {
        id recorded text outcome trace items classes { code } decision { id }
        who { kind name role { code text(language: EN) } organization { name } }
        recordedBy { organization { name } }
        asked { organization { name } status returned }
      }
      complete
      pageInfo { hasNextPage endCursor }
      sources { organization { name } status reason }
    }
  }
}`

interface LogAnswer {
  readonly body: { readonly data?: { readonly patient: { readonly accessLog: Log } } | null }
}

/** Asks for a patient's log; whatever becomes of it. */
export async function tryLog(
  network: WatchedNetwork,
  args: LogArguments,
  persona = 'patient',
  identifier: string = patients.copd.identifier,
): Promise<LogAnswer> {
  const variables = { identifier, first: 50, order: 'NEWEST_FIRST', ...args }
  return (await network.ask(persona, QUERY, variables)) as unknown as LogAnswer
}

/** The log of the patient with COPD. @throws where the gateway refused */
export async function readLog(
  network: WatchedNetwork,
  args: LogArguments,
  persona = 'patient',
): Promise<Log> {
  const answer = await tryLog(network, args, persona)
  const log = answer.body.data?.patient.accessLog
  if (!log) throw new Error(JSON.stringify(answer.body))
  return log
}

/** Ids of all entries, page by page. */
export async function everything(
  network: WatchedNetwork,
  args: LogArguments,
): Promise<readonly string[]> {
  const ids: string[] = []
  let after: string | null = null
  do {
    const { nodes, pageInfo }: Log = await readLog(network, { ...args, after })
    ids.push(...nodes.map(({ id }) => id))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return ids
}
