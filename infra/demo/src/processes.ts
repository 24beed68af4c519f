import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Running } from '@kilde/service'
import { DemoError } from './errors.js'

export interface ServiceProgram {
  readonly name: string
  /** Path of the JavaScript file to run. */
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  /** Flags for Node, e.g. the limit of its heap. */
  readonly flags?: readonly string[]
  /** File that takes what the service writes; it is never mixed into what the demo prints. */
  readonly logFile: string
}

export interface ServiceProcess extends Running {
  readonly pid: number
  /** What the service said besides that it is ready. */
  readonly messages: readonly unknown[]
  /** Resolves with a reason when the process ends, for whatever cause. */
  readonly ended: Promise<string>
}

const READY_MS = 45_000
const STOP_MS = 12_000

/**
 * Runs a service as a child process and waits until it says that it is ready. The child is in a group of its own, so that
 * Ctrl-C reaches this process alone and the order of stopping is kept; it ends by itself when this process is gone.
 * @throws DemoError `SERVICE_NOT_STARTED` with the last line that the service wrote
 */
export async function startProcess(program: ServiceProgram): Promise<ServiceProcess> {
  const child = spawnLogged(program)
  const ended = endOf(child)
  const messages: unknown[] = []
  const ready = new Promise<{ url: string }>((resolve) => {
    child.on('message', (message) => (isReady(message) ? resolve(message) : messages.push(message)))
  })
  const first = await Promise.race([
    ready,
    ended,
    wait(READY_MS, 'not ready in time', { ref: false }),
  ])
  if (typeof first === 'string') {
    child.kill('SIGKILL')
    throw notStarted(program, first)
  }
  return { url: first.url, pid: child.pid ?? 0, messages, ended, stop: () => stop(child, ended) }
}

function spawnLogged({ file, env, flags = [], logFile }: ServiceProgram): ChildProcess {
  const log = openSync(logFile, 'a', 0o600)
  try {
    return spawn(process.execPath, [...flags, file], {
      env: { ...inherited(), ...env },
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
      windowsHide: true,
    })
  } finally {
    closeSync(log)
  }
}

/** Of this process's environment only what programs need to run: no setting of the user reaches a service by accident. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'TZ']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
}

function isReady(message: unknown): message is { ready: true; url: string } {
  return typeof message === 'object' && message !== null && 'ready' in message
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? '?'}`))
  })
}

function notStarted({ name, logFile }: ServiceProgram, reason: string): DemoError {
  const words = lastWords(readFileSync(logFile, 'utf8'))
  return new DemoError('SERVICE_NOT_STARTED', { text: `${name} did not start: ${words || reason}` })
}

/** A service ends with `<its name>: <why>`, over one or more lines, after its log lines, which are JSON; a crash with a stack. */
function lastWords(written: string): string {
  const lines = written.trimEnd().split('\n')
  const said = lines.findLastIndex((line) => /^[a-z]+: /.test(line))
  const crash = lines.findLast((line) => /^\w*Error\b/.test(line))
  const words = said < 0 && crash ? [crash] : lines.slice(said)
  return words
    .map((line) => line.trim())
    .join(' ')
    .slice(0, 500)
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const late = await Promise.race([ended.then(() => false), wait(STOP_MS, true, { ref: false })])
  if (late) child.kill('SIGKILL')
  await ended
}
