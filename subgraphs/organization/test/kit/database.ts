import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/index.js'

/** A PostgreSQL of its own for one test file. */
export async function startDatabase() {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-test-'))
  await chmod(directory, 0o755)
  const server = await startEmbeddedPostgres({ directory })
  return {
    directory,
    createDatabase: (name: string) => server.createDatabase(name),
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
