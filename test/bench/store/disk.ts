import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

const EVERY_MS = 500

/** Watches how much of the disk a database takes, its log of changes and temporary files with it; tells the most (bytes). */
export async function watchDisk(databaseUrl: string): Promise<() => Promise<number>> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const done = new AbortController()
  let most = 0
  const look = async (): Promise<void> => {
    const { rows } = await client.query<{
      bytes: string
    }>(`select pg_database_size(current_database())
      + (select coalesce(sum(size), 0) from pg_ls_waldir())
      + (select coalesce(sum(size), 0) from pg_ls_tmpdir()) as bytes`)
    most = Math.max(most, Number(rows[0]?.bytes))
  }
  const watching = (async () => {
    while (!done.signal.aborted) {
      await look()
      await wait(EVERY_MS, undefined, { signal: done.signal }).catch(() => undefined)
    }
  })()
  return async () => {
    done.abort()
    await watching
    await look()
    await client.end()
    return most
  }
}
