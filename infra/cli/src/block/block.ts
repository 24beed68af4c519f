import { z } from 'zod'
import type { ExitCode } from '../exit-codes.js'
import { findOrganization } from '../find-organization.js'
import type { Surroundings } from '../surroundings.js'
import { openPrivacy, type PrivacyOptions } from './ask-privacy.js'
import { waitInForce } from './in-force.js'
import { Change, describe, queries } from './statements.js'

export interface BlockOptions extends PrivacyOptions {
  readonly organization?: string
  readonly professional?: string
  readonly group?: string
  readonly class?: string
  readonly code?: string
}

const Blocked = z.object({ block: Change })

/** Registers a block, and waits until it is in force at every organisation. */
export async function block(options: BlockOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { ask, demo } = await openPrivacy(options, surroundings)
  const startedMs = surroundings.now()
  const { organization, professional, group, class: dataClass, code } = options
  const owner = organization && findOrganization(organization, demo.organizations).number
  const data = { organization: owner, dataClass, code }
  const { block: change } = await ask(Blocked, queries.block, {
    data,
    recipient: { professional, group },
  })
  for (const statement of change.statements) {
    surroundings.out.write(`${statement.id}  ${describe(statement)}\n`)
  }
  return waitInForce(change, demo, startedMs, surroundings)
}
