import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Behaviour } from '@kilde/demo/test-network'
import { canary, MARK, patient } from './canaries.js'

const JSON_TYPE = { 'content-type': 'application/json' }

/**
 * What sources do with the patient's data besides answering well: they stop within an answer, send rows that are wrong, more
 * than anybody can use, what is no answer at all, or nothing in time. `answer` is what the node itself said last.
 */
export function behaviours(answer: () => string): readonly Behaviour[] {
  return [
    'pass',
    (incoming, reply) => cutWithin(incoming, reply, answer()),
    { change: (body) => body.replace(/"valueText":"[^"]*"/, `"valueText":{"${MARK}":"${MARK}"}`) },
    { change: (body) => body.slice(0, -10) },
    { change: (body) => body.replace(/"status":"FINAL"/g, `"status":"${MARK}"`) },
    'pass',
    {
      status: 500,
      body: JSON.stringify({ errors: [{ message: `${MARK} ${patient.identifier}` }] }),
    },
    { status: 403, body: `no ${canary('refusal', 1)} here` },
    (incoming, reply) => answerWith(incoming, reply, 'text/html', `<p>${canary('page', 1)}</p>`),
    (incoming, reply) => answerWith(incoming, reply, 'application/json', tooMuch()),
    { change: (body) => `{"${MARK}":${body},"${patient.identifier}":"${canary('key', 2)}"}` },
    stalling(answer),
  ]
}

function cutWithin(incoming: IncomingMessage, reply: ServerResponse, body: string): void {
  incoming.resume()
  reply.writeHead(200, { ...JSON_TYPE, 'x-patient': patient.identifier })
  reply.write(body.slice(0, body.length / 2), () => setTimeout(() => incoming.socket.destroy(), 5))
}

function answerWith(
  incoming: IncomingMessage,
  reply: ServerResponse,
  type: string,
  body: string,
): void {
  incoming.resume()
  reply.writeHead(200, { 'content-type': type })
  reply.on('error', () => {})
  reply.end(body)
}

/** More than `KILDE_SOURCE_MAX_BYTES` of the test's gateway. */
const tooMuch = (): string => JSON.stringify({ data: canary('flood', 1).repeat(20_000) })

/** Every fifth never ends: nobody has to wait for all of them. */
function stalling(answer: () => string): Behaviour {
  let asked = 0
  return (incoming, reply) => {
    incoming.resume()
    reply.writeHead(200, JSON_TYPE)
    if (asked++ % 5 === 0) reply.write(answer().slice(0, 2_000))
    else reply.end(answer())
  }
}
