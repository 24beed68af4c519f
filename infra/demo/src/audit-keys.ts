import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { operator, organizations } from '@kilde/people'
import { listenerOf, type Plan } from './environments.js'

/** Logs of one service that open with one key; each owner's is a folder of its own. */
export interface AuditKeys {
  /** Name of the service that writes them. */
  readonly service: string
  readonly directory: string
  /** 32 bytes, base64url. Secret. */
  readonly key: string
  /** Keys that were in use before. */
  readonly previousKeys?: readonly string[]
  /** The only owner: organisation number, or `privacy`. Absent: every folder in `directory` is one. */
  readonly owner?: string
}

/** Writes what `kilde audit` needs to open the logs of this network: a secret, readable by this user alone. */
export async function writeAuditKeys(plan: Plan): Promise<string> {
  const { directory, secrets } = plan
  const nodes = plan.organizations.map((key) => ({
    service: listenerOf(key),
    directory: join(directory, 'audit', listenerOf(key)),
    key: secrets.symmetric[`audit-${key}`],
    owner: organizations[key].number,
  }))
  const gateway = {
    service: 'gateway',
    directory: join(directory, 'audit', 'gateway'),
    key: secrets.symmetric.gatewayAudit,
  }
  const ofOperator = {
    service: 'operator',
    directory: join(directory, 'audit', 'operator'),
    key: secrets.symmetric['audit-operator'],
    owner: operator.number,
  }
  const privacy = {
    service: 'privacy',
    directory: join(directory, 'audit', 'privacy'),
    key: secrets.symmetric.privacyAudit,
    owner: 'privacy',
  }
  const path = join(directory, 'keys', 'audit.json')
  const all: readonly AuditKeys[] = [gateway, ...nodes, ofOperator, privacy]
  await writeFile(path, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
  return path
}
