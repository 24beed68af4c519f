// Puts the surface of a gateway to the test at size, and prints its figures. `run.mjs` starts this.
import { parseArgs } from 'node:util'
import { startBareGateway } from './bare-gateway.js'
import { costOfRefusals } from './cost.js'
import { byteStrings, documents, type Fuzzed, fuzz } from './fuzz.js'
import { planOperations } from './plan-operations.js'
import { randomOf } from './random-documents.js'
import { startSurface } from './setting.js'

const USAGE =
  'usage: npm run test:surface -- [--operations N] [--documents N] [--bytes N] [--requests N] [--seed N]\n'

const number = (fallback: string) => ({ type: 'string', default: fallback }) as const
const { values } = parseArgs({
  options: {
    operations: number('1000'),
    documents: number('10000'),
    bytes: number('10000'),
    requests: number('500'),
    seed: number('1'),
  },
})
const sizes = Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, Number(value)]),
) as Record<keyof typeof values, number>
if (Object.values(sizes).some((size) => !Number.isInteger(size) || size < 0)) {
  process.stderr.write(USAGE)
  process.exit(2)
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const count = (value: number): string => value.toLocaleString('en')
const held: boolean[] = []
/** One figure beside what it must be. */
const tell = (id: string, what: string, found: string, wanted: string, holds: boolean): void => {
  held.push(holds)
  say(`${id.padEnd(4)} ${what}: ${found} (wanted: ${wanted})${holds ? '' : ' NOT SO'}`)
}

await planning()
await fuzzing()
await refusing()
const missed = held.filter((one) => !one).length
say(`${held.length - missed} of ${held.length} figures hold`)
process.exit(missed === 0 ? 0 : 1)

async function planning(): Promise<void> {
  if (sizes.operations === 0) return
  const gateway = await startBareGateway()
  const found = await planOperations(gateway, sizes.operations, sizes.seed)
  await gateway.stop()
  const what = `${count(found.count)} operations that fit the schema`
  say(`     ${[...found.ends].map(([end, times]) => `${count(times)} ${end}`).join(', ')}`)
  tell('G4', `${what}, planned`, count(found.planned), 'all', found.planned === found.count)
  const aborted = found.ends.get('PLANNING_TOO_LONG') ?? 0
  tell('G4', 'ended after 500 ms', count(aborted), '0', aborted === 0)
  say(`     median ${ms(found.p50Ms)}, slowest ${ms(found.slowestMs)}`)
  tell('G4', 'p99 of CPU, validation included', ms(found.p99Ms), 'at most 50 ms', found.p99Ms <= 50)
  say(`     longest collection of garbage ${ms(found.longestCollectionMs)}`)
  const stall = found.longestStallMs
  tell('G4', 'longest stall of the event loop', ms(stall), 'at most 100 ms', stall <= 100)
}

async function fuzzing(): Promise<void> {
  const gateway = await startBareGateway()
  if (sizes.documents > 0) {
    const random = documents(randomOf(sizes.seed), sizes.seed)
    report('documents made by the grammar', await fuzz(gateway, sizes.documents, random))
  }
  if (sizes.bytes > 0) {
    const random = byteStrings(randomOf(sizes.seed + 1))
    report('strings of bytes', await fuzz(gateway, sizes.bytes, random))
  }
  await gateway.stop()
}

function report(what: string, { count: all, crashes, ends, slowestMs }: Fuzzed): void {
  for (const [end, times] of [...ends].toSorted((one, other) => other[1] - one[1]).slice(0, 10))
    say(`     ${count(times).padStart(9)}  ${end}`)
  for (const crash of crashes.slice(0, 3)) say(`     ${crash.slice(0, 500)}`)
  tell('G11', `${count(all)} ${what}, crashes`, count(crashes.length), '0', crashes.length === 0)
  tell('G11', 'slowest, of CPU', ms(slowestMs), 'less than 1,000 ms', slowestMs < 1_000)
}

async function refusing(): Promise<void> {
  if (sizes.requests === 0) return
  const surface = await startSurface()
  const refusals = await costOfRefusals(surface, sizes.requests)
  for (const { name, cpuMs } of refusals)
    tell('G5', `a request ${name}, of CPU`, ms(cpuMs), 'at most 1 ms', cpuMs <= 1)
  await surface.stop()
}
