import { z } from 'zod'
import { CliError } from '../errors.js'
import { readJson } from '../files.js'
import type { Surroundings } from '../surroundings.js'

const key = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')

const entries = z.array(
  z.strictObject({
    organization: z.string().regex(/^\d{9}$/),
    databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }),
    key,
    previousKeys: z.array(key).optional(),
  }),
)

/** One organisation's store, and the keys that open it. */
export type StoreEntry = z.infer<typeof entries>[number]

export interface StoreChoice {
  readonly keys: string
  readonly organization: string
}

/** @throws CliError `STORE_KEYS_MALFORMED`, `FILE_UNREADABLE`, `FILE_NOT_JSON`, `USAGE` */
export async function readStoreEntry(
  { keys, organization }: StoreChoice,
  { folder }: Surroundings,
): Promise<StoreEntry> {
  const read = entries.safeParse(await readJson(keys, folder))
  if (!read.success) {
    const places = [...new Set(read.error.issues.map(({ path }) => path.join('.') || 'the whole'))]
    throw new CliError('STORE_KEYS_MALFORMED', {
      text: `${keys} is not of the form of a file of store keys: ${places.join(', ')}.`,
    })
  }
  const found = read.data.find((one) => one.organization === organization)
  if (!found) throw new CliError('USAGE', { text: `${keys} names no store of ${organization}.` })
  return found
}
