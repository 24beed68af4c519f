import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Flags for Node with which a process writes a snapshot of its heap into its working folder when it is told to. */
export const snapshotFlags: readonly string[] = [
  '--heapsnapshot-signal=SIGUSR2',
  // Else a text is cut after 1,024 characters, and a canary behind that is not seen.
  '--heap-snapshot-string-limit=1000000000',
]

const LONGEST_MS = 120_000

/** Makes a process write a snapshot of its heap. Answers its path. @param folder working folder of the process */
export async function takeSnapshot(pid: number, folder: string): Promise<string> {
  const before = snapshotsIn(folder)
  process.kill(pid, 'SIGUSR2')
  for (let waited = 0; waited < LONGEST_MS; waited += 100) {
    await wait(100)
    const path = snapshotsIn(folder).find((one) => !before.includes(one))
    if (path !== undefined && isWhole(path)) return path
  }
  throw new Error('no heap snapshot was written')
}

const snapshotsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.heapsnapshot'))
    .map((name) => join(folder, name))

/** The writer ends with the list of texts. */
function isWhole(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const end = Buffer.alloc(4)
    readSync(file, end, 0, end.length, Math.max(0, size - end.length))
    return /\]\s*\}\s*$/.test(end.toString('latin1'))
  } finally {
    closeSync(file)
  }
}
