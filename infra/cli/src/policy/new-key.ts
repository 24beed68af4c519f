import { writeFile } from 'node:fs/promises'
import { generateKey, publicPart } from '@kilde/trust'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import { formatJson } from '../format-json.js'
import type { Surroundings } from '../surroundings.js'

/** Makes a key that signs bundles, for this user's eyes alone, and prints the key set that nodes pin (KILDE_POLICY_KEYS). */
export async function newPolicyKey(
  { out }: { readonly out: string },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const key = await generateKey()
  const path = pathOf(out, surroundings.folder)
  try {
    // Never over a key that is there: what it signed could not be signed anew.
    await writeFile(path, `${formatJson(key)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new CliError('FILE_NOT_WRITTEN', {
      cause,
      ...(isThere && { text: `${out} is there already, and is left as it is.` }),
    })
  }
  surroundings.out.write(`${formatJson({ keys: [publicPart(key)] })}\n`)
  return exitCodes.done
}
