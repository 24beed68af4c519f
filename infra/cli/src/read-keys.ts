import { type PrivateJwk, type PublicJwk, privateJwk, publicJwk } from '@kilde/trust'
import { z } from 'zod'
import { CliError } from './errors.js'
import { readJson } from './files.js'

const some = z.array(publicJwk).min(1)
const keySet = z.object({ keys: z.array(z.unknown()) })

/**
 * Public keys of files: each a JWK or a key set (JWKS). A private key is refused: what is read here is made public.
 * @throws CliError `KEY_FILE_MALFORMED`, `FILE_UNREADABLE`, `FILE_NOT_JSON`
 */
export async function readPublicKeys(
  names: readonly string[],
  folder: string,
): Promise<readonly PublicJwk[]> {
  const files = await Promise.all(
    names.map(async (name) => {
      const value = await readJson(name, folder)
      const listed = keySet.safeParse(value).data?.keys ?? [value]
      if (listed.some(isPrivate)) throw malformed(name, 'it is private; give its public half')
      return read(name, some, listed)
    }),
  )
  return files.flat()
}

/** @throws CliError as {@link readPublicKeys} does */
export async function readPrivateKey(name: string, folder: string): Promise<PrivateJwk> {
  return read(name, privateJwk, await readJson(name, folder))
}

const isPrivate = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'd' in value

function read<T>(name: string, shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  // The shape's words name fields and what they must be, never what they are.
  const problems = result.error.issues.map(({ path, message }) => [...path, message].join(' '))
  throw malformed(name, problems.join('; '))
}

const malformed = (name: string, why: string): CliError =>
  new CliError('KEY_FILE_MALFORMED', { text: `${name} holds no key that fits: ${why}.` })
