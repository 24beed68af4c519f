import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parse } from 'graphql'
import { Agent } from 'undici'
import { followSource } from '../../src/live/follow-source.js'
import { Told } from '../../src/live/told.js'
import { compileMergePlan } from '../../src/merge/compile-plan.js'
import { contract } from '../../src/merge/contract.js'
import { Cursors } from '../../src/merge/cursor.js'
import { createPrepare } from '../../src/path/prepare.js'
import { createQuestions } from '../../src/transport/question.js'
import type { SourceAnswer } from '../../src/transport/source-answer.js'
import { askedBy, operationOf, provider } from '../merge/ask-all.js'

const number = '310000108'
const dispatcher = new Agent()
let server: Server | undefined
const ending: AbortController[] = []
afterEach(() => {
  for (const one of ending.splice(0)) one.abort()
  server?.closeAllConnections()
  server?.close()
})

/** A node that does with each connection what it is told. */
async function node(...turns: ((answer: ServerResponse, body: string) => void)[]) {
  let connections = 0
  server = createServer((request, answer) => {
    void text(request).then((body) => {
      const turn = turns[connections++] ?? turns.at(-1)
      turn?.(answer, body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { endpoint, connections: () => connections }
}

function follow(endpoint: string, maxBytes = 100_000) {
  const document = parse(operationOf('observations { complete nodes { id } }'))
  const plan = compileMergePlan(contract, document, undefined, {})
  const cursors = new Cursors({ current: Buffer.alloc(32, 1) })
  const fetch = createPrepare(cursors)(askedBy(), plan, { identifier: 'x' })
  const round = { after: undefined, first: 10 }
  const own = { ...provider(number), endpoint }
  const end = new AbortController()
  ending.push(end)
  const pending: SourceAnswer = {
    ...{ organization: number, status: 'PENDING', reason: undefined },
    ...{ elapsedMs: undefined, pages: [] },
  }
  const told = new Told([pending], new Map())
  told.take()
  const over = followSource(
    {
      ...{ dispatcher, maxBytes, random: () => 0 },
      tokens: { tokenFor: async () => ({ value: 't', expiresAtMs: 0 }), reject: () => {} },
      proof: { sign: () => 'proof' },
    },
    {
      ...{ provider: own, told, signal: end.signal },
      question: () => createQuestions(fetch, 1_000)(own, [round]),
    },
  )
  const standing = async () => {
    await told.wait(60_000, end.signal)
    const [answer] = told.take()?.answers ?? []
    return { status: answer?.status, reason: answer?.reason }
  }
  return { standing, over, told, own }
}

const stream = (answer: ServerResponse): ServerResponse =>
  answer.writeHead(200, { 'content-type': 'text/event-stream' })

describe('a source that is followed', () => {
  it('is cut off when it sends without end, and is not asked again', async () => {
    const closed = { resolve: () => {} }
    const isClosed = new Promise<void>((resolve) => {
      closed.resolve = resolve
    })
    const { endpoint, connections } = await node((answer) => {
      answer.once('close', closed.resolve)
      const send = (): void => {
        while (!answer.destroyed && answer.write(`: ${'x'.repeat(1_000)}\n`));
        answer.once('drain', send)
      }
      send.call(stream(answer))
    })
    const { standing, over } = follow(endpoint)
    expect(await standing()).toEqual({ status: 'INVALID', reason: 'RESPONSE_TOO_LARGE' })
    await Promise.all([over, isClosed])
    expect(connections()).toBe(1)
  }, 30_000)

  it.each([
    ['what is no answer', 'event: answer\ndata: {"data":{"patient":{}}}\n\n', 'RESPONSE_MALFORMED'],
    ['what is no JSON', 'event: answer\ndata: nonsense\n\n', 'RESPONSE_MALFORMED'],
  ])('is INVALID when it sends %s', async (_what, sent, reason) => {
    const { endpoint, connections } = await node((answer) => void stream(answer).write(sent))
    const { standing, over } = follow(endpoint)
    expect(await standing()).toEqual({ status: 'INVALID', reason })
    await over
    expect(connections()).toBe(1)
  })

  it.each([
    [403, '{"errors":[{"extensions":{"code":"POLICY_REFUSED","reason":"ROLE"}}]}', 'ROLE'],
    [404, '{}', 'NOT_OFFERED'],
    [404, '{"errors":[{"extensions":{"code":"LIVE_NOT_OFFERED"}}]}', 'NOT_OFFERED'],
  ])('is REFUSED by its %s', async (status, body, reason) => {
    const { endpoint } = await node((answer) => void answer.writeHead(status).end(body))
    const { standing, over } = follow(endpoint)
    expect(await standing()).toEqual({ status: 'REFUSED', reason })
    await over
  })

  it('is asked again from its last place when the connection breaks', async () => {
    const bodies: string[] = []
    const { endpoint } = await node(
      (answer, body) => {
        bodies.push(body)
        stream(answer).end('id: 17\nevent: alive\ndata: {}\n\n')
      },
      (answer, body) => {
        bodies.push(body)
        answer.writeHead(403).end('{}')
      },
    )
    const { standing, over } = follow(endpoint)
    expect(await standing()).toEqual({ status: 'UNREACHABLE', reason: 'CONNECTION_FAILED' })
    expect(await standing()).toEqual({ status: 'REFUSED', reason: 'POLICY' })
    await over
    const lives = bodies.map((body) => JSON.parse(body).extensions.kilde.live as unknown)
    expect(lives).toEqual([{}, { after: '17' }])
  })

  it('begins anew where its place is forgotten, and every event says that rows may be missing', async () => {
    const { endpoint } = await node(
      (answer) => void stream(answer).end('id: 17\nevent: alive\ndata: {}\n\n'),
      (answer) =>
        void answer
          .writeHead(400)
          .end('{"errors":[{"extensions":{"code":"LIVE_CURSOR_INVALID"}}]}'),
      (answer, body) => {
        expect(JSON.parse(body).extensions.kilde.live).toEqual({})
        answer.writeHead(403).end('{}')
      },
    )
    const { standing, over, told, own } = follow(endpoint)
    expect(await standing()).toMatchObject({ status: 'UNREACHABLE' })
    expect(await standing()).toMatchObject({ status: 'REFUSED' })
    await over
    expect(told.placeOf(own)).toBeUndefined()
  })
})
