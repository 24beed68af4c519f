import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Task {
  readonly method: 'claim' | 'bind' | 'take'
  readonly key: string
  readonly value?: string
  /** Of `take`: how much there is in all; each asking takes 1. */
  readonly most?: number
  /** How often at once. */
  readonly times: number
}

/** Processes that share one store. */
export interface Replicas {
  /** Each does its own task, all at once. Answers how often each was told yes. */
  ask(tasks: readonly Task[]): Promise<readonly number[]>
  stop(): Promise<void>
}

export async function startReplicas(count: number, redisUrl: string): Promise<Replicas> {
  // Not the packages' sources, which Node cannot run: what `npm run build` made of them.
  const script = join(import.meta.dirname, 'replica.mjs')
  const env = { ...process.env, REDIS_URL: redisUrl, NODE_OPTIONS: '' }
  const start = async (): Promise<ChildProcess> => {
    const child = fork(script, { env, execArgv: [] })
    await once(child, 'message')
    return child
  }
  const children = await Promise.all(Array.from({ length: count }, start))
  return {
    ask: (tasks) =>
      Promise.all(
        children.map(async (child, place) => {
          const answer = once(child, 'message')
          child.send(tasks[place] ?? {})
          return Number((await answer)[0])
        }),
      ),
    stop: async () => {
      const ended = children.map((child) => once(child, 'exit'))
      for (const child of children) child.kill()
      await Promise.all(ended)
    },
  }
}
