import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type DemoFile, demoDirectory, readDemoFile } from '../src/demo-file.js'
import { portsFrom, requireFreePorts } from '../src/ports.js'

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** What `npm start` runs, from `dist`: `npm test` builds first. */
function start(env: Record<string, string>) {
  if (!existsSync(PROGRAM)) throw new Error('build first: node infra/build.mjs')
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      text += part.toString('utf8')
    })
  }
  return { child, said: () => text }
}

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

async function freeBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 40_000)
    const free = await requireFreePorts(portsFrom(base), '127.0.0.1').then(
      () => true,
      () => false,
    )
    if (free) return base
  }
}

/** Services of this demo that still run: their command line or log file names its folder. */
function left(demo: DemoFile): readonly number[] {
  return [demo.pid, ...demo.services.map(({ pid }) => pid)].filter(isAlive)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function ready(program: ReturnType<typeof start>): Promise<void> {
  while (!program.said().includes('Ctrl-C stops everything')) {
    if (program.child.exitCode !== null) throw new Error(program.said())
    await wait(50)
  }
}

/** PostgreSQL servers below a process. */
function databaseServers(parent: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split(
    '\n',
  )
  const found = rows
    .map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row))
    .filter((row) => row !== null)
  const children = (of: number) =>
    found.filter((row) => Number(row[2]) === of).map((row) => Number(row[1]))
  const store = children(parent).flatMap(children)
  return found
    .filter((row) => store.includes(Number(row[1])) && (row[3] ?? '').includes('postgres'))
    .map((row) => Number(row[1]))
}

describe('npm start', () => {
  let base: number
  beforeAll(async () => {
    base = await freeBase()
  })
  afterAll(() => rm(demoDirectory(base), { recursive: true, force: true }))

  it('brings the demo up, tells what to open and ask, and stops everything on Ctrl-C', async () => {
    const program = start({ KILDE_PORT_BASE: `${base}` })
    await ready(program)
    const demo = await readDemoFile(demoDirectory(base))
    expect(program.said()).toContain('6 organisations, 7,35')
    expect(program.said()).toContain(`http://127.0.0.1:${base}/graphiql`)
    expect(program.said()).toMatch(/Uses (at most )?\d+ MB of memory/)
    const [, megabytes] = /Uses (?:at most )?(\d+) MB/.exec(program.said()) ?? []
    expect(Number(megabytes)).toBeLessThan(2_048)
    expect(demo.organizations.map(({ address }) => address.slice(0, 22))).toEqual(
      [401, 402, 403, 404, 405, 405].map((more) => `http://127.0.0.1:${base + more}`.slice(0, 22)),
    )
    const keyFile = demo.clients.cli.keyFile
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)

    const servers = databaseServers(demo.pid)
    expect(servers).not.toEqual([])
    program.child.kill('SIGINT')
    expect(await once(program.child, 'exit')).toEqual([0, null])
    expect(program.said()).toMatch(/kilde: stopped\.\n$/)
    expect([...left(demo), ...servers.filter(isAlive)]).toEqual([])
    await expect(readDemoFile(demoDirectory(base))).rejects.toMatchObject({
      code: 'DEMO_NOT_RUNNING',
      publicText: 'No demo is running here. Start it with `npm start`.',
    })
  }, 180_000)

  it('starts again over what an earlier demo left, and leaves no process behind when it is killed', async () => {
    const program = start({ KILDE_PORT_BASE: `${base}` })
    await ready(program)
    const demo = await readDemoFile(demoDirectory(base))
    const servers = databaseServers(demo.pid)
    program.child.kill('SIGKILL')
    await once(program.child, 'exit')
    while (left(demo).length > 0 || servers.some(isAlive)) await wait(50)
    await expect(readDemoFile(demoDirectory(base))).rejects.toMatchObject({
      code: 'DEMO_NOT_RUNNING',
    })
  }, 180_000)

  it.each([
    ['many', 'kilde: Configuration: KILDE_PORT_BASE: is no number\n'],
    ['80', 'kilde: Configuration: KILDE_PORT_BASE: is below 1,024\n'],
  ])('says in one line that a port base of %s cannot be', async (base, line) => {
    const program = start({ KILDE_PORT_BASE: base })
    expect(await once(program.child, 'close')).toEqual([1, null])
    expect(program.said()).toBe(line)
  })
})
