// Asks the direct way, the general way and the oracle the same, and compares. `run.mjs` starts this.
import { parseArgs } from 'node:util'
import { type Case, type Failure, fixedCase, makeCase, runCase } from './case.js'
import { fixedOperations } from './fixed-operations.js'
import { reportOf } from './report.js'
import { type Asking, startAsking, type Way } from './setting.js'
import { shrink } from './shrink.js'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** Goes on after failures, up to so many; the exit code tells of the first. */
    failures: { type: 'string', default: '1' },
  },
})

const WAYS: readonly Way[] = ['DIRECT', 'GENERAL']

async function main(): Promise<void> {
  const [cases, seed, most] = [values.cases, values.seed, values.failures].map(Number)
  if (!isWhole(cases) || !isWhole(seed) || !isWhole(most))
    throw new Error('--cases, --seed and --failures are whole numbers')
  const ways = new Map<Way, Asking>()
  for (const way of WAYS) ways.set(way, await startAsking(way))
  const failed = await runAll(allCases(seed, cases), ways, most)
  for (const asking of ways.values()) await asking.stop()
  const [first] = failed
  const outcome =
    first === undefined ? 'all hold' : `${failed.length} failed, the first with seed ${first}`
  const fixed = fixedOperations.length * WORLDS_PER_OPERATION
  process.stdout.write(`${cases} cases from seed ${seed} on, and ${fixed} fixed ones: ${outcome}\n`)
  process.exitCode = first === undefined ? 0 : 1
}

/** Worlds over which each operation that once found a fault is asked. */
const WORLDS_PER_OPERATION = 25

function* allCases(seed: number, count: number): Generator<Case> {
  for (const operation of fixedOperations) {
    for (let world = 0; world < WORLDS_PER_OPERATION; world += 1) yield fixedCase(operation, world)
  }
  for (let index = 0; index < count; index += 1) yield makeCase(seed + index)
}

const isWhole = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0

/** @returns the seeds that failed; stops at so many */
async function runAll(
  cases: Iterable<Case>,
  ways: ReadonlyMap<Way, Asking>,
  most: number,
): Promise<readonly number[]> {
  const failed: number[] = []
  for (const made of cases) {
    if (failed.length >= most) break
    const failure: Failure | undefined = await runCase(made, ways)
    if (!failure) continue
    failed.push(made.seed)
    const found = await shrink({ made, failure }, (smaller) => runCase(smaller, ways))
    process.stdout.write(`${reportOf(found)}\n\n`)
  }
  return failed
}

await main()
