import { describe, expect, it } from '@jest/globals'
import { handle, type Steps } from '../src/path/index.js'
import type {
  Asked,
  Attributed,
  Audited,
  Identified,
  Minimised,
  Permitted,
  Read,
  Received,
  Reply,
  Verified,
} from '../src/path/stage.js'

const reply: Reply = { status: 200, headers: {}, body: '' }

/** Steps that only say that they were there. */
function steps(calls: string[], broken?: keyof Steps): Steps {
  const step = <T>(name: keyof Steps, result: T): T => {
    calls.push(name)
    if (name === broken) throw new Error('broken')
    return result
  }
  const asked = { question: { about: 'patient' } } as Asked
  return {
    verifyToken: async () => step('verifyToken', {} as Verified),
    verifyContext: async () => step('verifyContext', {} as Attributed),
    understand: async () => step('understand', asked),
    bindAttest: async () => step('bindAttest', undefined),
    identify: async () => step('identify', {} as Identified),
    policy: async () => step('policy', {} as Permitted),
    read: async () => step('read', {} as Read),
    minimise: () => step('minimise', {} as Minimised),
    audit: async () => step('audit', {} as Audited),
    respond: () => step('respond', reply),
    describe: () => step('describe', reply),
    refuse: async () => step('refuse', reply),
  }
}

describe('the path of a question', () => {
  const order = [
    'verifyToken',
    'verifyContext',
    'understand',
    'bindAttest',
    'identify',
    'policy',
    'read',
    'minimise',
    'audit',
    'respond',
  ] as const

  it('is verify token, bind attest, identify, policy, read, minimise, audit, respond', async () => {
    const calls: string[] = []
    await handle(steps(calls), {} as Received)
    expect(calls).toEqual(order)
  })

  it.each(order)('ends at once where %s fails, by the one way out', async (broken) => {
    const calls: string[] = []
    await handle(steps(calls, broken), {} as Received)
    expect(calls).toEqual([...order.slice(0, order.indexOf(broken) + 1), 'refuse'])
  })

  it('compiles in no other order', () => {
    const wrong = (
      step: Steps,
      verified: Verified,
      asked: Asked,
      permitted: Permitted,
      minimised: Minimised,
    ) => [
      // @ts-expect-error policy needs a question
      () => step.policy(verified),
      // @ts-expect-error nothing is read before it is permitted
      () => step.read(asked),
      // @ts-expect-error there is nothing to minimise before it is read
      () => step.minimise(permitted),
      // @ts-expect-error nothing leaves before it is on the record
      () => step.respond(minimised),
    ]
    expect(wrong).toBeInstanceOf(Function)
  })
})
