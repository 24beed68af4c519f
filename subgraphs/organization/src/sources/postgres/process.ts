import { type ChildProcess, spawn } from 'node:child_process'
import { platform } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { OrganizationError } from '../../errors.js'

/** Whom to run as; absent: the user of this process. */
export interface RunAs {
  readonly uid: number
  readonly gid: number
}

export interface PostgresProcess {
  /** Ends the server: fast shutdown, then an immediate one after 10 seconds. */
  stop(): Promise<void>
}

/** Runs a program to its end. @throws OrganizationError `STORE_NOT_STARTED` with its last words as detail */
export async function run(command: string, args: readonly string[], runAs?: RunAs): Promise<void> {
  const child = spawn(command, args, { ...options, ...runAs, stdio: ['ignore', 'ignore', 'pipe'] })
  const words = lastWords(child)
  await ended(child)
  if (child.exitCode !== 0) throw notStarted(words())
}

/** Starts the server and waits until it takes connections. @throws OrganizationError `STORE_NOT_STARTED` */
export async function startPostgres(
  command: string,
  args: readonly string[],
  runAs?: RunAs,
): Promise<PostgresProcess> {
  const child = spawnWatched(command, args, runAs)
  const words = lastWords(child)
  const end = ended(child)
  const ready = new Promise<boolean>((resolve) => {
    child.stderr?.on('data', () => words().includes('ready to accept connections') && resolve(true))
  })
  const patience = wait(READY_MS, false, { ref: false })
  const started = await Promise.race([ready, end.then(() => false), patience])
  if (!started) {
    child.kill('SIGQUIT')
    throw notStarted(words())
  }
  return { stop: () => stop(child, end) }
}

const READY_MS = 30_000
const FAST_SHUTDOWN_MS = 10_000

// An environment of its own: what the service was given (keys, passwords) is none of the database's business.
const options = { env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' } }

/**
 * Where this process dies without a word (SIGKILL), the pipe on descriptor 3 closes and the watcher in the shell stops
 * PostgreSQL, so that no stray server stays behind. The shell itself becomes PostgreSQL: signals reach it directly.
 */
const WATCHED = '(read -r _ <&3; kill -INT $$) >/dev/null 2>&1 & exec "$@" 3<&-'

function spawnWatched(command: string, args: readonly string[], runAs?: RunAs): ChildProcess {
  if (platform() === 'win32')
    return spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  return spawn('/bin/sh', ['-c', WATCHED, 'sh', command, ...args], {
    ...options,
    ...runAs,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
}

function lastWords(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-2_000)
  })
  return () => text.trim()
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

/** PostgreSQL's own line on what is wrong, for whoever starts the service; it knows nothing of data yet. */
function notStarted(words: string): OrganizationError {
  const lines = words.split('\n')
  const reason = lines.find((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1)
  const text = `The embedded PostgreSQL did not start: ${reason?.slice(0, 300) || 'it said nothing'}`
  return new OrganizationError('STORE_NOT_STARTED', { text, detail: words })
}

async function stop(child: ChildProcess, end: Promise<void>): Promise<void> {
  child.kill('SIGINT')
  const stopped = await Promise.race([
    end.then(() => true),
    wait(FAST_SHUTDOWN_MS, false, { ref: false }),
  ])
  if (!stopped) child.kill('SIGQUIT')
  await end
  // Lets the watcher go.
  for (const stream of child.stdio) stream?.destroy()
}
