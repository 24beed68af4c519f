// Runs many schedules, in as many processes as there are processors, and says what did not hold.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runSlices } from './slices.js'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
})

function numberOf(name: keyof typeof values): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new RangeError(`--${name} takes a whole number above 0`)
}

const [count, seed] = [numberOf('schedules'), numberOf('seed')]
const slices = { first: seed, count, processes: numberOf('processes') }
const { requests, failed, first } = await runSlices(slices, (done) => {
  process.stderr.write(`\r${done} of ${count}${done === count ? '\n' : ''}`)
})
console.log(`${count} schedules from seed ${seed}, ${requests} requests: ${failed} failed.`)
if (first) console.log(`The first is\n${first.words}`)
process.exitCode = failed === 0 ? 0 : 1
