import {
  compileShapeCheck,
  openSides,
  sourceList,
  sourceProblems,
} from '@kilde/organization/sources'
import { openStore } from '@kilde/organization/store'
import { z } from 'zod'
import { CliError } from '../errors.js'
import { readJson } from '../files.js'
import type { Surroundings } from '../surroundings.js'

const key = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')

const file = z.strictObject({
  organization: z.string().regex(/^\d{9}$/, 'must be nine digits'),
  sources: sourceList,
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  storeKey: key.optional(),
  previousStoreKeys: z.array(key).optional(),
})

type SourcesFile = z.infer<typeof file>

/** Opens what the file names. @throws CliError `SHADOW_SOURCES_MALFORMED`, `FILE_UNREADABLE`, `FILE_NOT_JSON` */
export async function openFromFile(name: string, { folder, now }: Surroundings) {
  const read = file.safeParse(await readJson(name, folder))
  const problems = read.success
    ? problemsOf(read.data)
    : read.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
  if (!read.success || problems.length > 0) {
    throw new CliError('SHADOW_SOURCES_MALFORMED', { text: `${name}: ${problems.join('; ')}.` })
  }
  const { organization, sources, databaseUrl } = read.data
  const { storeKey, previousStoreKeys: previousKeys } = read.data
  const hasStore = sources.some(({ kind }) => kind === 'postgresql')
  const store =
    hasStore && databaseUrl !== undefined
      ? await openStore({ organization, databaseUrl, now, key: storeKey, previousKeys })
      : undefined
  const tenant = { number: organization, databaseUrl, sources }
  return { organization, ...openSides(tenant, store, { checkShape: compileShapeCheck(), now }) }
}

function problemsOf({ organization, databaseUrl, sources }: SourcesFile): readonly string[] {
  const isEmbedded = sources.some(({ kind }) => kind === 'embedded')
  return [
    ...sourceProblems([{ number: organization, databaseUrl, sources }], {
      ...{ setting: () => 'sources', production: false, logsInDatabase: false },
    }),
    ...(isEmbedded ? ['sources: an embedded store is open in its node alone'] : []),
    ...(sources.some(({ shadow }) => shadow) ? [] : ['sources: none of them is a shadow']),
  ]
}
