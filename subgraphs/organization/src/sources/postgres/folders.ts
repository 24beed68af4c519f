import { createHash, randomBytes } from 'node:crypto'
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OrganizationError } from '../../errors.js'
import { isOwnFolder, isReachable } from './binaries.js'
import { type RunAs, run } from './process.js'

/**
 * The folder that PostgreSQL keeps its data in: below `home`, or, where the user who has to run PostgreSQL cannot reach
 * that (root, with a home folder of mode 0700), one of a fixed name in the folder for temporary files.
 */
export async function dataFolder(home: string, runAs: RunAs | undefined): Promise<string> {
  await mkdir(home, { recursive: true })
  if (!runAs || (await isReachable(join(home, 'data')))) return join(home, 'data')
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const elsewhere = join(tmpdir(), `kilde-data-${name}`)
  const made = await mkdir(elsewhere, { mode: 0o700 }).then(
    () => true,
    () => false,
  )
  if (made) await chown(elsewhere, runAs.uid, runAs.gid)
  if (!(await isOwnFolder(elsewhere, runAs.uid))) {
    throw new OrganizationError('STORE_NOT_STARTED', {
      detail: `${elsewhere} belongs to somebody else`,
    })
  }
  return join(elsewhere, 'data')
}

/** The password of the database's only user, made on the first start. Readable by this user alone. */
export async function passwordIn(home: string): Promise<string> {
  const file = join(home, 'password')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known) return known
  const fresh = randomBytes(24).toString('base64url')
  await writeFile(file, fresh, { mode: 0o600 })
  return fresh
}

/** Makes the data folder where there is none. Under another name first: a folder half made is never taken for a whole one. */
export async function initialise(
  initdb: string,
  data: string,
  password: string,
  runAs: RunAs | undefined,
): Promise<void> {
  if (await exists(data)) return
  const fresh = `${data}.new`
  const secret = `${fresh}.secret`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  await writeFile(secret, password, { mode: 0o600 })
  if (runAs) await Promise.all([fresh, secret].map((path) => chown(path, runAs.uid, runAs.gid)))
  try {
    await run(initdb, initdbArguments(fresh, secret), runAs)
    await rename(fresh, data)
  } finally {
    await rm(secret, { force: true })
  }
}

/** Name of the database's only user. */
export const DATABASE_USER = 'kilde'

function initdbArguments(data: string, secret: string): readonly string[] {
  const access = ['-U', DATABASE_USER, '-A', 'scram-sha-256', `--pwfile=${secret}`]
  // Text is compared by code unit everywhere in Kilde: no locale of this machine may change an order.
  return ['-D', data, ...access, '--encoding=UTF8', '--locale=C', '--no-instructions', '--no-sync']
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
