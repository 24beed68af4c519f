import type { ChangeAnswer, RegistryAdmin } from '@kilde/catalogue'
import type { ExitCode } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { findEntry } from './known.js'
import { reportChange } from './report-change.js'
import { withRegistry } from './with-registry.js'

export interface TurnOptions {
  readonly organization: string
  readonly turn: 'drain' | 'pause' | 'activate' | 'remove'
  readonly portBase?: string
}

const said = {
  drain: 'is drained',
  pause: 'is paused',
  activate: 'is active',
  remove: 'is removed',
}

/** Drains, pauses, activates or removes an organisation. */
export async function turnOrganization(
  { organization, turn, portBase }: TurnOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return withRegistry(portBase, surroundings, async ({ admin, demo }) => {
    const { state } = await admin.overview()
    const { number, name } = findEntry(organization, state.organizations, demo)
    const answer = await change(admin, turn, number)
    return reportChange(`${name} (${number}) ${said[turn]}`, answer, surroundings)
  })
}

function change(
  admin: RegistryAdmin,
  turn: TurnOptions['turn'],
  number: string,
): Promise<ChangeAnswer> {
  return turn === 'remove' ? admin.removeOrganization(number) : admin[turn](number)
}
