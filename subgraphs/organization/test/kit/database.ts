import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/index.js'

/**
 * A PostgreSQL of its own for one test file. `KILDE_TEST_DATABASE_URL` names a server to use instead, e.g. of the oldest
 * version that nodes may have; its user must be allowed to create databases, which are left behind.
 */
export async function startDatabase({ durable = false }: DatabaseOptions = {}) {
  const given = process.env['KILDE_TEST_DATABASE_URL']
  return given ? useServer(given) : startServer(durable)
}

interface DatabaseOptions {
  /** Whether a commit waits for the disk: access logs are written to no other. Default false. */
  readonly durable?: boolean
}

async function startServer(durable: boolean) {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-test-'))
  await chmod(directory, 0o755)
  const server = await startEmbeddedPostgres({ directory, durable })
  return {
    createDatabase: (name: string) => server.createDatabase(name),
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function useServer(url: string) {
  const suffix = randomUUID().replaceAll('-', '').slice(0, 12)
  return {
    async createDatabase(name: string) {
      const own = `${name}_${suffix}`
      const client = new pg.Client(url)
      await client.connect()
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [own])
      if (rowCount === 0) await client.query(`create database ${own}`)
      await client.end()
      return url.replace(/\/[^/?]*(\?|$)/, `/${own}$1`)
    },
    stop: async () => {},
  }
}
