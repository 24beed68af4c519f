// E3: a write that was torn at the end of a log. The verified prefix is kept; prints how long that takes.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type AuditLogOptions, openAuditLog, verifyAuditLog } from '@kilde/audit'
import { fill, wholeNumbers } from './fill.js'
import { logIn } from './log.js'
import { interrupt } from './torn.js'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { records: { type: 'string', default: '100000' } },
})
/** peers.md E3. A smaller log has as long as one of a million. */
const MOST_SECONDS_PER_MILLION = 5
const BATCH = 50

const directory = await mkdtemp(join(tmpdir(), 'kilde-recovery-'))
try {
  await measure(wholeNumbers({ records: values.records }).records)
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function measure(records: number): Promise<void> {
  // As large as they are in life, and no tree head beside those that are asked for.
  const options = { ...logIn(directory), segmentBytes: 16_777_216, treeHeadMs: 3_600_000 }
  await fill(options, records)
  const torn = await interrupt(options, BATCH)
  const half = Math.floor(torn.batch.length / 2)
  const expected = torn.records + (await torn.tear(half))
  const seconds = await timeToOpen(options)
  const { ok, records: kept } = await verifyAuditLog(options)
  await torn.tear(half)
  await removeDerived(/^tree$/)
  const withoutTree = await timeToOpen(options)
  await torn.tear(half)
  await removeDerived(/^tree$|\.index$/)
  const withoutBoth = await timeToOpen(options)
  await torn.close()
  say(`without the tree's hashes, made again: ${withoutTree.toFixed(2)} s`)
  say(`without hashes and indexes, made again: ${withoutBoth.toFixed(2)} s`)
  // Most of it is for the last file, which is as long in a small log as in a large one.
  const most = MOST_SECONDS_PER_MILLION * Math.max(1, records / 1_000_000)
  const holds = ok && kept === expected && kept >= records && seconds <= most
  say(
    `${kept} of ${records} acknowledged records and ${expected - records} of a torn batch kept${ok ? '' : ', LOG NOT WHOLE'}; recovered in ${seconds.toFixed(2)} s (target: ${most})`,
  )
  process.exitCode = holds ? 0 : 1
}

/** Until the log would take the next record. */
async function timeToOpen(options: AuditLogOptions): Promise<number> {
  const from = performance.now()
  const log = await openAuditLog(options)
  const seconds = (performance.now() - from) / 1_000
  await log.close()
  return seconds
}

async function removeDerived(which: RegExp): Promise<void> {
  const { owner } = logIn(directory)
  for (const name of await readdir(join(directory, owner)))
    if (which.test(name)) await rm(join(directory, owner, name))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
