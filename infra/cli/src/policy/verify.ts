import { type TakenBundle, takeBundle } from '@kilde/organization/policy'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { readText } from '../files.js'
import { readPublicKeys } from '../read-keys.js'
import type { Surroundings } from '../surroundings.js'
import { describeBundle } from './describe.js'
import { refusedAs } from './refused.js'

export interface VerifyOptions {
  /** File with the signed bundle. */
  readonly file: string
  /** Files with the public keys that nodes pin. */
  readonly keys: readonly string[]
  /** File with the signed bundle that nodes hold. */
  readonly after?: string
}

/** Says whether a node with these keys would decide by a signed bundle, by the node's own checks. */
export async function verifyPolicy(
  { file, keys: keyFiles, after }: VerifyOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { folder, now } = surroundings
  const pinned = await readPublicKeys(keyFiles, folder)
  const keys = {
    keys: pinned.map(({ kid, ...key }) => ({ ...key, ...(kid !== undefined && { kid }) })),
  }
  const take = async (name: string, held?: TakenBundle): Promise<TakenBundle> =>
    refusedAs(name, takeBundle(await readText(name, folder), { keys, nowMs: now(), held }))
  const held = after === undefined ? undefined : await take(after)
  const { signed } = await take(file, held)
  surroundings.out.write(`${describeBundle(signed)}\n`)
  return exitCodes.done
}
