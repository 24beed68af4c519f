import { join } from 'node:path'
import type { Logger, PartHealth } from '@kilde/service'
import type { OrganizationConfig } from '../config.js'
import { createPolicy, type Policy } from './engine.js'
import { type FollowedPolicy, followPolicy } from './follow-policy.js'

const BUILT_IN = createPolicy()

/** The rules that the organisation distributes, else those that this version comes with. */
export async function openPolicy(
  config: OrganizationConfig,
  logger: Logger,
  now: () => number,
): Promise<FollowedPolicy> {
  const { KILDE_POLICY_FILE: file, KILDE_POLICY_KEYS: keys } = config
  if (file && keys) {
    const lastGood = join(config.KILDE_AUDIT_DIRECTORY, 'policy', 'last-good.jws')
    return followPolicy({ file, keys, lastGood, logger, now })
  }
  const health = (): PartHealth => ({ name: 'policy', code: 'POLICY_MISSING', ok: true })
  return { current: () => BUILT_IN, look: async () => {}, health, stop: () => {} }
}

/** Tables of the rules in force, else of those that this version comes with: a review falls due also while there are none. */
export const tablesOf = (policy: FollowedPolicy): Policy['tables'] =>
  (policy.current() ?? BUILT_IN).tables
