import type { FollowerStatus, OrganizationEntry } from '@kilde/catalogue'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { withRegistry } from './with-registry.js'

interface ListOptions {
  readonly portBase?: string
}

/** Prints organisations and followers as tables. */
export async function listRegistry(
  { portBase }: ListOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return withRegistry(portBase, surroundings, async ({ admin }) => {
    const { state, followers } = await admin.overview()
    const { bold, dim } = coloursFor(surroundings.out)
    surroundings.out.write(
      [
        `${bold('Organisations')}\n${table(organizationHead, state.organizations.map(organizationRow), dim)}`,
        `${bold('Followers')} (the registry is at version ${state.version})\n${table(followerHead, followers.map(followerRow), dim)}`,
        `${state.agreements.length} agreements, ${state.memberships.length} memberships: \`kilde registry state\` prints them.\n`,
      ].join('\n'),
    )
    return exitCodes.done
  })
}

/** Prints the whole state as JSON. */
export async function printState(
  { portBase }: ListOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return withRegistry(portBase, surroundings, async ({ admin }) => {
    const { state } = await admin.overview()
    surroundings.out.write(`${formatJson(state)}\n`)
    return exitCodes.done
  })
}

const organizationHead = ['number', 'name', 'kind', 'state', 'classes', 'parent', 'endpoint']

function organizationRow(entry: OrganizationEntry): readonly string[] {
  const { number, name, kind, state, dataClasses, parent, endpoint = '–', replicas = [] } = entry
  const addresses = [endpoint, ...replicas].join(' ')
  return [number, name, kind, state, dataClasses.join(' ') || '–', parent ?? '–', addresses]
}

const followerHead = ['follower', 'version', 'since']

function followerRow({ name, version, connectedAt }: FollowerStatus): readonly string[] {
  return [name, String(version ?? '–'), connectedAt]
}
