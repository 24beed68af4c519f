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
const [schedules, seed, processes] = [values.schedules, values.seed, values.processes].map(Number)
if (
  ![schedules, seed, processes].every(
    (number) => Number.isSafeInteger(number) && Number(number) >= 0,
  )
) {
  throw new RangeError('--schedules, --seed and --processes take whole numbers')
}
const { requests, failed, first } = await runSlices({
  first: seed ?? 1,
  count: schedules ?? 0,
  processes: Math.max(1, processes ?? 1),
})
console.log(`${schedules} schedules from seed ${seed}, ${requests} requests: ${failed} failed.`)
if (first) console.log(`The first is\n${first.words}`)
process.exitCode = failed === 0 ? 0 : 1
