import type { Random } from './random.js'
import { arrive, type Fault, MARK, respond } from './scene.js'

/** A body that is no answer, made of the honest one. */
function body(make: (honest: string, random: Random) => string | Buffer): Fault {
  return {
    told: ['INVALID RESPONSE_MALFORMED'],
    async play(scene) {
      await arrive(scene)
      return respond(make(scene.honest(), scene.random))
    },
  }
}

/** The same for a refusal: an HTTP status, with or without a code. */
function refusal(told: string, status: number, extensions?: object): Fault {
  const errors = [{ message: MARK, extensions }]
  return {
    told: [told],
    async play(scene) {
      await arrive(scene)
      return respond(extensions ? JSON.stringify({ errors }) : MARK, status)
    },
  }
}

/** Answers that are none, and answers that say no. */
export const bodyFaults = {
  'sends nothing': body(() => ''),
  'sends rubbish': body((_, random) =>
    Buffer.from(Array.from({ length: random.between(1, 200) }, () => random.below(256))),
  ),
  'sends a page with status 200': body(() => `<!doctype html><title>${MARK}</title>`),
  'cuts its JSON': body((honest, random) => honest.slice(0, random.between(1, honest.length - 1))),
  'sends two answers': body((honest) => honest + honest),
  'sends another JSON': body(() => JSON.stringify({ said: MARK })),
  'sends a JSON list': body(() => JSON.stringify([MARK])),
  'knows no patient': body(() => JSON.stringify({ data: { patient: null } })),
  'sends errors': body(() => JSON.stringify({ errors: [{ message: MARK }] })),
  'sends errors beside no data': body(() =>
    JSON.stringify({ data: null, errors: [{ message: MARK, path: ['patient'] }] }),
  ),
  'fails with 500': refusal('INVALID SOURCE_FAILED', 500),
  'sends elsewhere': refusal('INVALID SOURCE_FAILED', 307),
  'is overloaded': refusal('UNREACHABLE SOURCE_FAILED', 503),
  'is stopping': refusal('UNREACHABLE STOPPING', 503, { code: 'STOPPING' }),
  'cannot write its log': refusal('AUDIT_UNAVAILABLE AUDIT_FAILED', 503, {
    code: 'AUDIT_UNAVAILABLE',
  }),
  'takes no token': refusal('REFUSED TOKEN_REJECTED', 401, { code: 'TOKEN_EXPIRED' }),
  'has another clock': refusal('REFUSED CLOCK_SKEW', 401, { code: 'DPOP_PROOF_EXPIRED' }),
  'has no agreement': refusal('REFUSED NO_AGREEMENT', 403, {
    code: 'POLICY_REFUSED',
    reason: 'NO_AGREEMENT',
  }),
  'refuses for a reason of its own': refusal('REFUSED POLICY', 403, {
    code: 'POLICY_REFUSED',
    reason: MARK,
  }),
} as const satisfies Record<string, Fault>
