import { setImmediate as turn } from 'node:timers/promises'
import type { Answer } from '@kilde/demo/test-network'

/** Questions that never end while something else goes on. */
export interface Traffic {
  /** Resolves when so many questions that began after this call have been answered. */
  answers(count: number): Promise<void>
  /** Ends it. Answers what was not a plain answer, and how many there were in all. */
  stop(): Promise<{ readonly faults: readonly string[]; readonly answered: number }>
}

/** Asks over and over, several at once, each again as soon as it has its answer. */
export function startTraffic(ask: () => Promise<Answer>, atOnce = 3): Traffic {
  const faults: string[] = []
  let answered = 0
  let ending = false
  const loop = async (): Promise<void> => {
    while (!ending) {
      const fault = await faultOf(ask)
      answered += 1
      if (fault !== undefined) faults.push(fault)
      await turn()
    }
  }
  const loops = Array.from({ length: atOnce }, loop)
  return {
    async answers(count) {
      // Those under way when this was called do not count.
      const enough = answered + atOnce + count
      while (answered < enough && !ending) await turn()
    },
    async stop() {
      ending = true
      await Promise.all(loops)
      return { faults, answered }
    },
  }
}

async function faultOf(ask: () => Promise<Answer>): Promise<string | undefined> {
  try {
    const { status, body } = await ask()
    return status === 200 && !body.errors ? undefined : `${status} ${JSON.stringify(body.errors)}`
  } catch (error) {
    return String(error)
  }
}
