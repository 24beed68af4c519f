import { z } from 'zod'
import { readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { readText } from '../files.js'
import type { Surroundings } from '../surroundings.js'

const key = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')
const common = {
  service: z.string().min(1),
  key,
  previousKeys: z.array(key).optional(),
  organizationKeys: z.record(z.string().regex(/^\d{9}$/), key).optional(),
  owner: z.string().optional(),
}
const inFiles = z.strictObject({ ...common, directory: z.string().min(1) })
const inDatabase = z.strictObject({
  ...common,
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }),
})
const entries = z.array(z.union([inFiles, inDatabase]))

/** Logs of one service, in a folder or in a PostgreSQL database, and the keys that open them. */
export type LogEntry = z.infer<typeof entries>[number]

export interface KeyFileChoice {
  /** Default: that of the running demo. */
  readonly keys?: string
  readonly portBase?: string
  /** Name of an environment variable with the address of the database that the logs are in, whatever the file says of places. */
  readonly database?: string
}

/** @throws CliError `AUDIT_KEYS_MALFORMED`, `USAGE` */
export async function readKeyFile(
  { keys, portBase, database }: KeyFileChoice,
  surroundings: Surroundings,
): Promise<readonly LogEntry[]> {
  const file = keys ?? (await readDemo(portBase, surroundings)).audit.keyFile
  const read = entries.safeParse(parse(await readText(file, surroundings.folder)))
  if (!read.success) {
    const places = read.error.issues.flatMap(placesOf)
    throw new CliError('AUDIT_KEYS_MALFORMED', {
      text: `${file} is not of the form of a file of keys: ${[...new Set(places)].join(', ')}.`,
    })
  }
  if (database === undefined) return read.data
  const databaseUrl = databaseIn(database, surroundings)
  return read.data.map((entry) => {
    if ('databaseUrl' in entry) return { ...entry, databaseUrl }
    const { directory: _files, ...rest } = entry
    return { ...rest, databaseUrl }
  })
}

/** The address holds a password, and command lines are everybody's to read on a shared machine. */
function databaseIn(variable: string, { env }: Surroundings): string {
  const url = env[variable]
  if (url !== undefined && /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url
  throw new CliError('USAGE', {
    text: `--database names an environment variable with the address of a PostgreSQL database: ${variable} holds none.`,
  })
}

/** Of an entry that is neither of the two forms, what is wrong with it as the one that it is nearer to. */
function placesOf(issue: z.core.$ZodIssue): readonly string[] {
  const own = issue.path.join('.')
  if (issue.code !== 'invalid_union') return [own || 'the whole']
  const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? []
  const places = nearest.map(({ path }) => [own, ...path].join('.'))
  return places.length > 0 ? places : [own]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
