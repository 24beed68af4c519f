import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe } from './describe.js'
import { runSeeds } from './run-schedules.js'

/** Seeds in a row. */
interface Slice {
  readonly first: number
  readonly count: number
}

interface Result {
  readonly schedules: number
  readonly requests: number
  readonly failed: number
  /** The failing schedule with the smallest seed. */
  readonly first: { readonly seed: number; readonly words: string } | undefined
}

const EACH = 1_250

/** Deals the seeds out to processes, about a thousand at a time: an engine is started once in each. */
export async function runSlices(
  { first, count, processes }: Slice & { readonly processes: number },
  progress: (done: number) => void = () => {},
): Promise<Result> {
  const slices: Slice[] = []
  for (let at = 0; at < count; at += EACH) {
    slices.push({ first: first + at, count: Math.min(EACH, count - at) })
  }
  const results: Result[] = []
  const work = async (): Promise<void> => {
    for (let slice = slices.shift(); slice; slice = slices.shift()) {
      results.push(await runElsewhere(slice))
      progress(results.reduce((sum, { schedules }) => sum + schedules, 0))
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  return {
    schedules: count,
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    first: results.flatMap((result) => result.first ?? []).sort((a, b) => a.seed - b.seed)[0],
  }
}

function runElsewhere(slice: Slice): Promise<Result> {
  const program = fileURLToPath(new URL('run.mjs', import.meta.url))
  const { first, count } = slice
  const child = fork(program, ['slice', String(first), String(count)], {
    execArgv: ['--conditions=@kilde/source'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as Result))
    child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)))
  })
}

/** What such a process does. */
export async function runSlice(first: number, count: number): Promise<Result> {
  const { requests, failures } = await runSeeds(first, count)
  const [failure] = failures
  return {
    ...{ schedules: count, requests },
    failed: failures.length,
    first: failure && { seed: failure.schedule.seed, words: describe(failure) },
  }
}
