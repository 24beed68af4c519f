import { arrive, type Fault, respond, type Scene } from './scene.js'

function honest(write: (scene: Scene) => string): Fault {
  return {
    told: [],
    async play(scene) {
      await arrive(scene)
      return respond(write(scene))
    },
  }
}

/** Writes an answer with every object changed in form, not in meaning. */
const rewritten = (change: (object: object) => object): Fault => {
  const rewrite = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(rewrite)
    return change(
      Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewrite(inner)])),
    )
  }
  return honest((scene) => JSON.stringify(rewrite(JSON.parse(scene.honest()))))
}

/** Sources with which nothing is wrong, however they write: nobody may notice. */
export const honestWays = {
  answers: honest((scene) => scene.honest()),
  'answers in many lines': honest((scene) => JSON.stringify(JSON.parse(scene.honest()), null, 2)),
  'answers in escapes': honest((scene) =>
    scene
      .honest()
      .replace(
        /[\u0080-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  ),
  'answers more than was asked': rewritten((object) => ({
    unasked: ['}', { also: '"]' }],
    ...object,
  })),
  'answers in another order': rewritten((object) =>
    Object.fromEntries(Object.entries(object).reverse()),
  ),
} as const satisfies Record<string, Fault>
