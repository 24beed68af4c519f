import { startEmbeddedPostgres } from '@kilde/organization'
import { createLogger, readConfig, runService, setting } from '@kilde/service'
import pg from 'pg'
import { z } from 'zod'

const settings = {
  KILDE_STORE_DIRECTORY: setting(z.string().min(1), 'Folder of the data.'),
  KILDE_STORE_DATABASES: setting(z.string().min(1), 'Names of the databases, with commas.'),
}

/** The demo's PostgreSQL: one server with a fresh, empty database for each organisation, in a process of its own. */
await runService('store', createLogger('store'), async () => {
  const config = readConfig(settings, process.env)
  const postgres = await startEmbeddedPostgres({ directory: config.KILDE_STORE_DIRECTORY })
  const names = config.KILDE_STORE_DATABASES.split(',')
  await drop(postgres.url, names)
  const databases: Record<string, string> = {}
  for (const name of names) databases[name] = await postgres.createDatabase(name)
  // Through the channel to the parent alone: the addresses hold the password.
  process.send?.({ databases })
  return { url: 'postgres://127.0.0.1', stop: () => postgres.stop() }
})

/** The demo's data are relative to today: yesterday's would be other versions of the same measurements. */
async function drop(url: string, names: readonly string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (const name of names) {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
  }
  await client.end()
}
