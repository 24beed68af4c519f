import { resolve } from 'node:path'
import { freePort } from '@kilde/service'
import pg from 'pg'
import { OrganizationError } from '../../errors.js'
import { findBinaries } from './binaries.js'
import { DATABASE_USER, dataFolder, initialise, passwordIn } from './folders.js'
import { type PostgresProcess, type RunAs, startPostgres } from './process.js'

export interface EmbeddedPostgres {
  /** Connection URL of the maintenance database, with its password: a secret. */
  readonly url: string
  /** Makes the database if it is not there (lower-case letters, digits, `_`) and answers its connection URL. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/**
 * A real PostgreSQL from npm with its data in `directory`, for whoever has none: listens on 127.0.0.1 at a free port,
 * SCRAM with a random password kept beside the data. One server holds the databases of many nodes.
 * Ends with this process, also where that is killed.
 * @throws OrganizationError `STORE_BINARIES_MISSING`, `STORE_NOT_STARTED`
 */
export async function startEmbeddedPostgres(options: {
  readonly directory: string
  /** Whether what was committed outlasts the machine's own end (fsync). Default: true. Tests wait long for a slow disk. */
  readonly durable?: boolean
}): Promise<EmbeddedPostgres> {
  const runAs = otherUser()
  const home = resolve(options.directory)
  const binaries = await findBinaries(runAs !== undefined)
  const data = await dataFolder(home, runAs)
  const password = await passwordIn(home)
  await initialise(binaries.initdb, data, password, runAs)
  const fsync = options.durable === false ? 'off' : 'on'
  const start = (port: number): Promise<PostgresProcess> =>
    startPostgres(binaries.postgres, serverArguments(data, port, fsync), runAs)
  const { port, server } = await startOnFreePort(start)
  const urlOf = (name: string): string =>
    `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${name}`
  return {
    url: urlOf('postgres'),
    stop: () => server.stop(),
    async createDatabase(name) {
      await createDatabase(urlOf('postgres'), name)
      return urlOf(name)
    },
  }
}

/** Another program may take the port between the look and the start. */
async function startOnFreePort(
  start: (port: number) => Promise<PostgresProcess>,
  attempts = 3,
): Promise<{ readonly port: number; readonly server: PostgresProcess }> {
  const port = await freePort('127.0.0.1')
  try {
    return { port, server: await start(port) }
  } catch (error) {
    const taken = error instanceof OrganizationError && error.detail?.includes('could not bind')
    if (!taken || attempts <= 1) throw error
    return startOnFreePort(start, attempts - 1)
  }
}

/** PostgreSQL refuses to run as root; then `nobody` of every Unix runs it. */
function otherUser(): RunAs | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
}

function serverArguments(data: string, port: number, fsync: 'on' | 'off'): readonly string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '32MB',
    fsync,
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '256MB',
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    // Statements and their values hold identity numbers: none of them may reach a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: 0,
  }
  return [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

async function createDatabase(url: string, name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new RangeError('not a name for a database')
  const client = new pg.Client(url)
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database "${name}"`)
  } finally {
    await client.end()
  }
}
