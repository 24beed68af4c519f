import { z } from 'zod'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import type { Surroundings } from '../surroundings.js'
import { openPrivacy, type PrivacyOptions } from './ask-privacy.js'
import { waitInForce } from './in-force.js'
import { Change, describe, queries, Settings } from './statements.js'

export interface LiftOptions extends PrivacyOptions {
  /** Absent: all. */
  readonly id?: string
}

const Lifted = z.object({ lift: Change })

/** Lifts one statement or all, and waits until that is in force at every organisation. */
export async function lift(options: LiftOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { out, now } = surroundings
  const { ask, demo } = await openPrivacy(options, surroundings)
  const startedMs = now()
  const { settings } = await ask(Settings, queries.settings)
  const ids = options.id ? [options.id] : settings.statements.map(({ id }) => id)
  let version = 0
  for (const id of ids) {
    const { lift: change } = await ask(Lifted, queries.lift, { id })
    for (const one of change.statements) out.write(`${one.id}  lifted ${describe(one)}\n`)
    version = change.version
  }
  if (ids.length > 0) return waitInForce({ version }, demo, startedMs, surroundings)
  out.write('0 statements to lift\n')
  return exitCodes.done
}
