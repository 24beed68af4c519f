import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@kilde/organization'
import { openStore } from '@kilde/organization/sources'
import type { OpenSource } from './conformance.js'
import type { Population } from './facts.js'
import { fillStore } from './fill-store.js'

/** The embedded store, filled with a population as a system fills it. */
export async function openEmbedded(population: Population): Promise<OpenSource> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-sources-'))
  await chmod(directory, 0o755)
  const postgres = await startEmbeddedPostgres({ directory, durable: false })
  const databaseUrl = await postgres.createDatabase('sources')
  const { organization } = population
  const store = await openStore({ databaseUrl, organization, now: Date.now })
  return {
    source: store,
    idOf: await fillStore(store, population),
    async close() {
      await store.close()
      await postgres.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
