import type { Random } from '../random.js'
import type { Fault } from './world.js'

const refusal = (status: number, code: string, reason?: string): Fault['answer'] => ({
  status,
  body: JSON.stringify({
    errors: [{ message: 'no', extensions: { code, ...(reason ? { reason } : {}) } }],
  }),
})

/** Answers that are none, and what each must become (docs/node-protocol.md, The answer). */
const FAULTS: readonly Fault[] = [
  { answer: refusal(403, 'ACCESS_DENIED', 'ROLE'), status: 'REFUSED', reason: 'ROLE' },
  { answer: refusal(403, 'ACCESS_DENIED'), status: 'REFUSED', reason: 'POLICY' },
  { answer: refusal(401, 'TOKEN'), status: 'REFUSED', reason: 'TOKEN_REJECTED' },
  {
    answer: refusal(503, 'AUDIT_UNAVAILABLE'),
    status: 'AUDIT_UNAVAILABLE',
    reason: 'AUDIT_FAILED',
  },
  { answer: refusal(503, 'STOPPING'), status: 'UNREACHABLE', reason: 'STOPPING' },
  { answer: refusal(503, 'OTHER'), status: 'UNREACHABLE', reason: 'SOURCE_FAILED' },
  { answer: refusal(500, 'INTERNAL'), status: 'INVALID', reason: 'SOURCE_FAILED' },
  { answer: 'NO_CONNECTION', status: 'UNREACHABLE', reason: 'CONNECTION_FAILED' },
  { answer: 'NO_TOKEN', status: 'UNREACHABLE', reason: 'TOKEN_UNAVAILABLE' },
  { answer: 'OTHER_ORGANIZATION', status: 'INVALID', reason: 'WRONG_ORGANIZATION' },
  {
    answer: { status: 200, body: '{"data":{"patient":{' },
    status: 'INVALID',
    reason: 'RESPONSE_MALFORMED',
  },
  {
    answer: { status: 200, body: '{"data":{"patient":null}}' },
    status: 'INVALID',
    reason: 'RESPONSE_MALFORMED',
  },
]

/** Most sources answer; one in twelve fails all the time, or on one page of a walk. */
export function makeFaults(random: Random): readonly (Fault | null)[] {
  if (random.chance(0.92)) return [null]
  const fault = random.pick(FAULTS)
  return random.pick([[fault], [fault, null], [null, fault], [null, fault, null]])
}
