import type { Asked, Distributed, Gathered, Kept, Noted, Permitted } from './stage.js'

/** The steps, wired in compose.ts. */
export interface Steps {
  decide(asked: Asked): Permitted
  audit(permitted: Permitted): Promise<Noted>
  keep(noted: Noted): Promise<Kept>
  distribute(kept: Kept): Promise<Distributed>
  gather(noted: Noted): Gathered
  /** Records a refusal; answers what is to be thrown on. */
  refuse(asked: Asked, refusal: unknown): Promise<unknown>
}

export interface Line {
  /** Changes somebody's statements: decide → audit → keep → distribute. One change at a time, up to `keep`. */
  change(asked: Asked): Promise<Distributed>
  /** Tells them: decide → audit → gather. */
  look(asked: Asked): Promise<Gathered>
}

export function createLine(step: Steps): Line {
  let last: Promise<unknown> = Promise.resolve()

  async function keep(asked: Asked): Promise<Kept> {
    const permitted = step.decide(asked)
    const noted = await step.audit(permitted)
    return step.keep(noted)
  }

  return {
    async change(asked) {
      try {
        const kept = last.then(() => keep(asked))
        last = kept.catch(() => undefined)
        return await step.distribute(await kept)
      } catch (refusal) {
        throw await step.refuse(asked, refusal)
      }
    },
    async look(asked) {
      try {
        const permitted = step.decide(asked)
        const noted = await step.audit(permitted)
        return step.gather(noted)
      } catch (refusal) {
        throw await step.refuse(asked, refusal)
      }
    },
  }
}
