import { UnreadableAnswer } from '../../gateway/src/transport/source-fault.js'
import { arrive, broken, type Fault, MARK, respond, wait, waitForever } from './scene.js'

const LATE = ['TIMED_OUT DEADLINE']
const NOT_REACHED = ['UNREACHABLE CONNECTION_FAILED']

/** What can happen to a connection. */
export const wireFaults = {
  'never answers': {
    told: LATE,
    async play(scene) {
      scene.effect.carried = true
      await waitForever(scene)
      return respond(MARK)
    },
  },
  'answers after the deadline': {
    told: LATE,
    async play(scene) {
      await arrive(scene)
      await wait(scene, scene.deadlineMs)
      return respond(scene.honest())
    },
  },
  'drips beyond the deadline': {
    told: LATE,
    async play(scene) {
      await arrive(scene)
      for (let byte = 0; byte < 40; byte++) await wait(scene, scene.deadlineMs / 20)
      return respond(scene.honest())
    },
  },
  'refuses the connection': {
    told: NOT_REACHED,
    async play() {
      throw broken('CONNECTION_FAILED', true)
    },
  },
  'refuses the first connection': {
    told: NOT_REACHED,
    async play(scene) {
      if (scene.attempt === 1) throw broken('CONNECTION_FAILED', true)
      scene.effect.told = []
      await arrive(scene)
      return respond(scene.honest())
    },
  },
  'takes no connection in time': {
    told: NOT_REACHED,
    async play(scene) {
      await wait(scene, Math.min(1_000, scene.deadlineMs / 2))
      throw broken('CONNECTION_FAILED', true)
    },
  },
  'resets before it has the request': {
    told: NOT_REACHED,
    async play(scene) {
      await wait(scene, 1)
      // The connection was there: nobody can know how much of the request went through it.
      scene.effect.carried = true
      throw broken('CONNECTION_FAILED')
    },
  },
  'resets after it has the request': {
    told: NOT_REACHED,
    async play(scene) {
      await arrive(scene)
      throw broken('CONNECTION_FAILED')
    },
  },
  'resets within the body': {
    told: ['UNREACHABLE INTERRUPTED'],
    async play(scene) {
      await arrive(scene)
      await wait(scene, 5)
      throw broken('INTERRUPTED')
    },
  },
  'sends too much': {
    told: ['INVALID RESPONSE_TOO_LARGE'],
    async play(scene) {
      await arrive(scene)
      throw new UnreadableAnswer('RESPONSE_TOO_LARGE')
    },
  },
  'compresses, or sends a page': {
    told: ['INVALID RESPONSE_MALFORMED'],
    async play(scene) {
      await arrive(scene)
      throw new UnreadableAnswer('RESPONSE_MALFORMED')
    },
  },
} as const satisfies Record<string, Fault>
