// E4: changes a log in every way and looks whether each is found, and where it begins.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyAuditLog } from '@kilde/audit'
import { seeded } from '../simulation/random.js'
import { fill, wholeNumbers } from './fill.js'
import { logIn } from './log.js'
import { apply, mutate, mutationKinds, undo } from './mutations.js'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    records: { type: 'string', default: '2000' },
    mutations: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
/** Of peers.md E4, for 1,000,000 records. */
const MOST_SECONDS_PER_MILLION = 60
/** A start-up of the machine is not measured in a log that is read in less. */
const LEAST_MEASURED = 100_000

const directory = await mkdtemp(join(tmpdir(), 'kilde-tampering-'))
try {
  await run()
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const { records, mutations, seed } = wholeNumbers(values)
  const options = logIn(directory)
  await fill(options, records)
  const seconds = await timeToVerify(records)
  const random = seeded(seed)
  const tally = new Map<string, number>()
  let found = 0
  for (let number = 0; number < mutations; number++) {
    const kind = mutationKinds[number % mutationKinds.length] ?? 'flip'
    const mutation = await mutate(join(directory, options.owner), kind, random)
    await apply(mutation)
    const { ok, firstBad } = await verifyAuditLog(options)
    await undo(mutation)
    if (!ok && firstBad === mutation.firstBad) {
      found += 1
      tally.set(kind, (tally.get(kind) ?? 0) + 1)
    } else
      say(`NOT FOUND: ${kind} number ${number} at record ${mutation.firstBad}, told ${firstBad}`)
    if ((number + 1) % 100 === 0) process.stderr.write(`${number + 1} changes\n`)
  }
  const whole = await verifyAuditLog(options)
  say([...tally].map(([kind, count]) => `${kind} ${count}`).join(', '))
  const each = (seconds / records) * 1_000_000
  say(
    `whole log of ${records} records verified in ${seconds.toFixed(2)} s: ${each.toFixed(1)} s per 1,000,000 records (target: ${MOST_SECONDS_PER_MILLION})`,
  )
  say(`${found} of ${mutations} changes found, each with the first bad record named`)
  const isFast = records < LEAST_MEASURED || each <= MOST_SECONDS_PER_MILLION
  process.exitCode = found === mutations && whole.ok && isFast ? 0 : 1
}

async function timeToVerify(records: number): Promise<number> {
  const from = performance.now()
  const verdict = await verifyAuditLog(logIn(directory))
  if (!verdict.ok || verdict.records !== records) throw new Error('the log is not whole before it')
  return (performance.now() - from) / 1_000
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
