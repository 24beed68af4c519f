import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { FaultProxy } from '@kilde/demo/test-network'
import { organizations } from '@kilde/people'
import type { WatchedNetwork } from '../kit/network.js'
import { altered, alteredRow, edgeAt, moveCursor, type NodeList } from './altered-answer.js'
import {
  askList,
  askWhole,
  heal,
  type List,
  leaks,
  MARK,
  proxyOf,
  reportOf,
  rowsEach,
  rowsExcept,
  STARTING_MS,
  startFaultyNetwork,
} from './setting.js'

type Behaviour = Parameters<FaultProxy['behave']>[0]

let network: WatchedNetwork
let whole: List
beforeAll(async () => {
  network = await startFaultyNetwork()
  whole = await askWhole(network)
}, STARTING_MS)
afterEach(() => heal(network))
afterAll(() => network.stop())

/** What the hospital does, and what the client is told of it; the others' rows must be untouched. */
async function askWhile(behaviour: Behaviour): Promise<List> {
  proxyOf(network, 'hospital').behave(behaviour)
  const list = await askList(network)
  expect(rowsExcept(list, 'hospital')).toEqual(rowsExcept(whole, 'hospital'))
  expect(list.complete).toBe(false)
  expect(leaks(network, list)).toEqual([])
  return list
}

async function expectInvalid(behaviour: Behaviour, reason: string): Promise<void> {
  const list = await askWhile(behaviour)
  expect(reportOf(list, 'hospital')).toMatchObject({ status: 'INVALID', reason, returned: 0 })
  expect(list.nodes).toHaveLength(2 * rowsEach)
}

const sent = (body: string | Buffer): Behaviour => ({ status: 200, body })

/** What an honest hospital without rows says: a whole answer that needs nothing of the question. */
const empty = {
  edges: [],
  pageInfo: { hasNextPage: false },
  totalCount: { value: 0 },
  sources: [
    {
      organization: { number: organizations.hospital.number },
      status: 'EMPTY',
      dropped: 0,
      withheld: 'NONE',
      asOf: '2026-01-01T00:00:00Z',
    },
  ],
}
const emptyAnswer = JSON.stringify({ data: { patient: { m0: empty } } })

const answering =
  (status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): Behaviour =>
  (incoming, answer) => {
    incoming.resume()
    answer.writeHead(status, headers).end(body)
  }

describe('an answer that is none', () => {
  const json = 'application/json'
  const stack = `Error: ${MARK}\n    at secret (/srv/app/db.js:1:2)`

  it('would be one, were nothing wrong with it', async () => {
    proxyOf(network, 'hospital').behave(answering(200, { 'content-type': json }, emptyAnswer))
    const list = await askList(network)
    expect(reportOf(list, 'hospital')?.status).toBe('EMPTY')
    expect(list.complete).toBe(true)
  })

  it.each<readonly [string, Behaviour]>([
    ['nothing', sent('')],
    ['bytes', sent(Buffer.from([0xff, 0xfe, 0x00, 0x80, ...Buffer.from(MARK)]))],
    ['a page', sent(`<!doctype html><title>${MARK}</title>`)],
    ['JSON that is cut', { change: (body) => body.slice(0, -20) }],
    ['JSON that is no GraphQL answer', sent(JSON.stringify({ said: MARK }))],
    ['no patient', sent(JSON.stringify({ data: { patient: null } }))],
    ['errors', sent(JSON.stringify({ errors: [{ message: stack }] }))],
    ['two answers', sent(`${emptyAnswer}${emptyAnswer}`)],
    ['data twice, the last without rows', sent(emptyAnswer.replace(/}$/, ',"data":{}}'))],
    ['said to be a page', answering(200, { 'content-type': 'text/html' }, emptyAnswer)],
    ['said to be nothing', answering(200, {}, emptyAnswer)],
    [
      'compressed, which nobody asked for',
      answering(200, { 'content-type': json, 'content-encoding': 'gzip' }, gzipSync(emptyAnswer)),
    ],
  ])('is INVALID: %s', (_, behaviour) => expectInvalid(behaviour, 'RESPONSE_MALFORMED'))

  it.each([500, 502, 404, 204, 201])('is INVALID with status %i', (status) =>
    expectInvalid({ status, body: stack }, 'SOURCE_FAILED'),
  )

  it('is INVALID where it sends the gateway elsewhere, and nobody is asked there', async () => {
    const elsewhere = proxyOf(network, 'neighbour')
    const before = elsewhere.requests()
    await expectInvalid(
      answering(307, { location: `${elsewhere.url}/graphql` }, MARK),
      'SOURCE_FAILED',
    )
    expect(elsewhere.requests()).toBe(before + 1)
  })
})

describe('a list that mixes things up', () => {
  it.each<readonly [string, (list: NodeList) => void, string]>([
    [
      'a row of another patient',
      ({ edges }) => moveCursor(edgeAt(edges, 1), { p: 'A'.repeat(22) }),
      'WRONG_PATIENT',
    ],
    [
      'a row of another organisation',
      ({ edges }) => {
        const edge = edgeAt(edges, 1)
        const { number } = organizations.gp
        const d = `${number}.somebody-else-s`
        moveCursor(edge, { o: number, d })
        edge.r0_0['id'] = d
      },
      'WRONG_ORGANIZATION',
    ],
    ['rows out of order', ({ edges }) => void edges.reverse(), 'WRONG_ORDER'],
    ['a row twice', ({ edges }) => void edges.splice(1, 0, edgeAt(edges, 0)), 'WRONG_ORDER'],
    [
      'one row a hundred times',
      ({ edges }) => void edges.push(...Array<never>(100).fill(edgeAt(edges, 0) as never)),
      'WRONG_ORDER',
    ],
    [
      'nothing but bad rows',
      ({ edges }) => {
        for (const { r0_0: row } of edges) row['status'] = MARK
      },
      'RESPONSE_MALFORMED',
    ],
    [
      'the report of another organisation',
      ({ sources }) => void Object.assign(sources[0] ?? {}, { organization: organizations.gp }),
      'WRONG_ORGANIZATION',
    ],
    ['two reports', ({ sources }) => void sources.push({ ...sources[0] }), 'RESPONSE_MALFORMED'],
    ['no report', ({ sources }) => void sources.pop(), 'RESPONSE_MALFORMED'],
    ['withholding of an unknown kind', reporting({ withheld: MARK }), 'RESPONSE_MALFORMED'],
    ['an unknown reason', reporting({ reason: MARK }), 'RESPONSE_MALFORMED'],
    ['a status that is none of its own', reporting({ status: 'REFUSED' }), 'RESPONSE_MALFORMED'],
    ['no time', reporting({ asOf: null }), 'RESPONSE_MALFORMED'],
    ['a count below zero', reporting({ dropped: -1 }), 'RESPONSE_MALFORMED'],
  ])('is INVALID: %s', (_, alter, reason) => expectInvalid(altered(alter), reason))
})

function reporting(change: Readonly<Record<string, unknown>>) {
  return ({ sources }: NodeList): void => void Object.assign(sources[0] ?? {}, change)
}

const withField = (name: string, value: unknown): Behaviour =>
  alteredRow(({ r0_0: row }) => Object.assign(row, { [name]: value }))

describe('a row that is bad by itself', () => {
  it.each<readonly [string, Behaviour]>([
    ['lacks what every row has', withField('effective', undefined)],
    ['has null there', withField('status', null)],
    ['has an unknown status', withField('status', MARK)],
    ['has text for a number', withField('version', MARK)],
    ['is null', alteredRow((edge) => Object.assign(edge, { r0_0: null }))],
    ['has an id that is not the cursor’s', withField('id', MARK)],
    ['has no cursor', alteredRow((edge) => Object.assign(edge, { cursor: MARK }))],
    ['holds a bad part', withField('provenance', [{ id: MARK }])],
  ])('is dropped and counted, and the source’s others are shown: it %s', async (_, behaviour) => {
    const list = await askWhile(behaviour)
    expect(reportOf(list, 'hospital')).toMatchObject({
      status: 'OK',
      returned: rowsEach - 1,
      dropped: 1,
    })
    expect(list.nodes).toHaveLength(3 * rowsEach - 1)
  })

  it('is judged by the last of two values under one name, which is the one that would be shown', async () => {
    proxyOf(network, 'hospital').behave({
      change: (body) => body.replaceAll('"valueText":', `"valueText":"${MARK}","valueText":`),
    })
    expect((await askList(network)).nodes).toEqual(whole.nodes)
    const list = await askWhile({
      change: (body) => body.replace(/"id":("[^"]+")/, `"id":$1,"id":"${MARK}"`),
    })
    expect(reportOf(list, 'hospital')).toMatchObject({ returned: rowsEach - 1, dropped: 1 })
  })

  it('shows nothing that was not asked for', async () => {
    proxyOf(network, 'hospital').behave(
      altered((list) => {
        for (const { r0_0: row } of list.edges) Object.assign(row, { note: MARK, __proto__: MARK })
        Object.assign(list, { secret: MARK })
      }),
    )
    expect((await askList(network)).nodes).toEqual(whole.nodes)
  })

  it('shows nothing that was not asked for, however deep', async () => {
    const deep = `"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}`
    proxyOf(network, 'hospital').behave({
      change: (body) =>
        body.replaceAll('"valueText":', `${deep},"valueText":`).replace(/}$/, `,${deep}}`),
    })
    expect((await askList(network)).nodes).toEqual(whole.nodes)
  })
})
