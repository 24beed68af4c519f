import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/index.js'

describe('the embedded PostgreSQL', () => {
  let directory: string
  let server: EmbeddedPostgres

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kilde-test-'))
    await chmod(directory, 0o755)
    server = await startEmbeddedPostgres({ directory })
  })
  afterAll(async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })

  it('holds a database for each node, durable, with text compared by code unit', async () => {
    const url = await server.createDatabase('node_1')
    expect(await server.createDatabase('node_1')).toBe(url)
    const settings = await ask(
      url,
      `select current_setting('fsync') as fsync,
      current_setting('lc_collate', true) as collate, 'Z' < 'a' as by_code_unit,
      current_setting('server_encoding') as encoding, current_database() as database`,
    )
    expect(settings).toMatchObject({
      fsync: 'on',
      by_code_unit: true,
      encoding: 'UTF8',
      database: 'node_1',
    })
  })

  it('refuses whoever does not know the password', async () => {
    const url = server.url.replace(/kilde:[^@]+@/, 'kilde:guess@')
    await expect(ask(url, 'select 1')).rejects.toThrow('password authentication failed')
  })

  it('keeps the password to its own user', async () => {
    const { mode } = await stat(join(directory, 'password'))
    expect(mode & 0o077).toBe(0)
    expect((await readFile(join(directory, 'password'), 'utf8')).length).toBeGreaterThan(20)
  })

  it('says in one line why it does not start, e.g. in a folder that is in use', async () => {
    await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({
      code: 'STORE_NOT_STARTED',
      publicText: expect.stringContaining('lock file "postmaster.pid" already exists'),
    })
  })

  it('keeps what was written when it is stopped and started again', async () => {
    const url = await server.createDatabase('kept')
    await ask(url, 'create table t as select 42 as n')
    await server.stop()
    server = await startEmbeddedPostgres({ directory })
    expect(await ask(await server.createDatabase('kept'), 'select n from t')).toEqual({ n: 42 })
  })

  it('ends when the process that started it is killed, and starts again with its data', async () => {
    const other = await mkdtemp(join(tmpdir(), 'kilde-test-'))
    await chmod(other, 0o755)
    const program = bundle(join(other, 'start.cjs'))
    const start = `require(${JSON.stringify(program)}).startEmbeddedPostgres({ directory: ${JSON.stringify(join(other, 'db'))} }).then((s) => console.log(s.url))`
    const parent = spawn(process.execPath, ['-e', start], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    expect(await ask(url, 'select 1 as alive')).toEqual({ alive: 1 })
    parent.kill('SIGKILL')
    await gone(url)
    const again = await startEmbeddedPostgres({ directory: join(other, 'db') })
    expect(await ask(again.url, 'select 1 as alive')).toEqual({ alive: 1 })
    await again.stop()
    await rm(other, { recursive: true, force: true })
  })

  const asRoot = process.getuid?.() === 0
  it('runs as another user where this one is root, also from a folder that other user cannot reach', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'kilde-closed-'))
    const own = await startEmbeddedPostgres({ directory: join(closed, 'db') })
    const { data_directory: data } = (await ask(own.url, 'show data_directory')) as {
      data_directory: string
    }
    expect((await stat(data)).uid).toBe(asRoot ? 65_534 : process.getuid?.())
    expect(data.startsWith(closed)).toBe(!asRoot)
    await own.stop()
    await rm(join(data, '..'), { recursive: true, force: true })
    await rm(closed, { recursive: true, force: true })
  })
})

/** One file that a plain Node process can run. */
function bundle(outfile: string): string {
  const source = join(import.meta.dirname, '../src/sources/postgres/embedded.ts')
  const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild')
  const here = `--define:import.meta.url=${JSON.stringify(import.meta.url)}`
  const form = [
    '--bundle',
    '--platform=node',
    '--format=cjs',
    '--external:pg-native',
    '--log-level=error',
  ]
  execFileSync(esbuild, [
    source,
    `--outfile=${outfile}`,
    here,
    ...form,
    '--conditions=@kilde/source',
  ])
  return outfile
}

async function gone(url: string): Promise<void> {
  for (;;) {
    const alive = await ask(url, 'select 1').then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ECONNREFUSED',
    )
    if (!alive) return
    await wait(50)
  }
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows[0]
  } finally {
    await client.end()
  }
}
