// What a store of PostgreSQL takes to answer, at the database, at a size that can be chosen. Ends with 0 only when the target holds.
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '@kilde/organization'
import { measureStore } from './measure-store.js'
import { tell } from './tell.js'

const { values } = parseArgs({
  options: {
    observations: { type: 'string', default: '100000' },
    patients: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
})

function whole(name: 'observations' | 'patients' | 'seed'): number {
  const text = values[name]
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`)
  return Number(text)
}

const [observations, patients, seed] = [whole('observations'), whole('patients'), whole('seed')]
if (observations < 1_000) throw new Error('--observations takes at least 1000')
// An empty database of another server, e.g. of the version that will be used.
const given = process.env['KILDE_BENCH_DATABASE_URL']
const directory = await mkdtemp(join(tmpdir(), 'kilde-bench-store-'))
await chmod(directory, 0o755)
const server = given === undefined ? await startEmbeddedPostgres({ directory }) : undefined
try {
  const databaseUrl = given ?? (await server?.createDatabase('bench')) ?? ''
  const key = values.plain ? undefined : randomBytes(32)
  const found = await measureStore({ databaseUrl, key, observations, patients, seed }, (text) =>
    process.stderr.write(`${text}\n`),
  )
  process.exitCode = tell(found, values.json) ? 0 : 1
} finally {
  await server?.stop()
  await rm(directory, { recursive: true, force: true })
}
