import { parseArgs } from 'node:util'
import { seeded } from '../simulation/random.js'
import { play } from './play.js'
import { startWorld } from './world.js'

const USAGE = `npm run chaos -- --minutes M --seed S [--json]
A gateway and three organisations as processes of their own are killed, paused, cut off, and given slow disks and wrong clocks, while
four clients ask all the time. No answer may be wrong, no outage hidden, no row given out without its record.
--minutes 1 (10 is the size of the target), --seed 1`

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
})

const MOST_PRINTED = 20

if (options.help) console.log(USAGE)
else await run()

async function run(): Promise<void> {
  const minutes = numberOf('minutes', 1_440)
  const seed = numberOf('seed', 2 ** 31)
  const world = await startWorld()
  try {
    const found = await play(world, { forMs: minutes * 60_000, random: seeded(seed) })
    if (options.json) console.log(JSON.stringify({ minutes, seed, ...found }))
    else tell(minutes, seed, found)
    if (found.findings.length > 0) process.exitCode = 1
  } finally {
    await world.stop()
  }
}

function tell(minutes: number, seed: number, found: Awaited<ReturnType<typeof play>>): void {
  const { asked, whole, partial, refused, faults, outages, findings } = found
  console.log(`${minutes} minutes, seed ${seed}`)
  console.log(`${asked} questions: ${whole} answered whole, ${partial} in part, ${refused} not`)
  console.log(`not answered: ${listed(faults)}`)
  console.log(listed(outages))
  for (const { what, detail, trace } of findings.slice(0, MOST_PRINTED))
    console.log(`${what} ${detail} (trace ${trace})`)
  for (const what of ['WRONG_ANSWER', 'HIDDEN_OUTAGE', 'UNLOGGED', 'UNEXPLAINED_FAULT'] as const)
    console.log(`${what}: ${findings.filter((one) => one.what === what).length}`)
}

function listed(counts: Readonly<Partial<Record<string, number>>>): string {
  const each = Object.entries(counts).map(([name, count]) => `${count} × ${name}`)
  return each.join(', ')
}

function numberOf(name: 'minutes' | 'seed', most: number): number {
  const value = Number(options[name])
  if (value > 0 && value <= most) return value
  throw new Error(`--${name} is a number up to ${most}.`)
}
