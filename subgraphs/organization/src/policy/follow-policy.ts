import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Logger, type PartHealth, toKildeError } from '@kilde/service'
import type { Policy } from './engine.js'
import type { BundleKeys } from './signed-bundle.js'
import { type TakenBundle, takeBundle } from './take-bundle.js'

export interface FollowPolicyOptions {
  /** Where signed bundles are put: replaced as a whole, by whatever the organisation distributes files with. */
  readonly file: string
  readonly keys: BundleKeys
  /** Where the last good one is kept, for a start with a bad file. */
  readonly lastGood: string
  readonly logger: Logger
  readonly now: () => number
  /** How often the file is looked at (milliseconds). Default 15 000 (15 seconds). */
  readonly everyMs?: number
}

/** The rules that an organisation distributes. */
export interface FollowedPolicy {
  /** Undefined where there never was a good bundle, or the last is past its time: then everything is denied. */
  current(): Policy | undefined
  /** Looks at the file now. Never rejects. */
  look(): Promise<void>
  health(): PartHealth
  stop(): void
}

/**
 * Follows a file of signed bundles. One that is not trusted, not sound, older than what is held, or past its time changes
 * nothing: the last good one goes on until its own time is up, then everything is denied.
 */
export async function followPolicy(options: FollowPolicyOptions): Promise<FollowedPolicy> {
  const { file, keys, lastGood, logger, now, everyMs = 15_000 } = options
  let held: TakenBundle | undefined
  let seen: string | undefined

  const take = async (from: string): Promise<boolean> => {
    const jws = await readFile(from, 'utf8').catch(() => undefined)
    if (jws === undefined || jws === seen) return false
    seen = jws
    try {
      held = await takeBundle(jws, { keys, nowMs: now(), held })
      return true
    } catch (error) {
      const { code, detail } = toKildeError(error)
      logger.error({ code, detail }, 'the last good rules go on')
      return false
    }
  }
  const look = async (): Promise<void> => {
    if (await take(file)) await keep(lastGood, held?.jws ?? '').catch(() => undefined)
  }
  // The copy first, so that a file with older rules than were in force before a restart is refused.
  await take(lastGood)
  seen = undefined
  await look()
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  const current = (): Policy | undefined =>
    held && now() < Date.parse(held.signed.validUntil) ? held.policy : undefined
  return {
    current,
    look,
    health: () => ({ name: 'policy', code: 'POLICY_MISSING', ok: current() !== undefined }),
    stop: () => clearInterval(timer),
  }
}

async function keep(file: string, jws: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, jws, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
