import { mkdtemp, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { readAuditLog } from '@kilde/audit'
import type { Session } from '@kilde/demo/test-network'
import { organizations } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { type Answered, type OrdinaryGraph, startOrdinaryGraph } from './ordinary.js'
import { subgraphs } from './shop.js'

const key = Buffer.alloc(32, 7)
const QUERY = JSON.stringify({ query: '{ products { upc } }' })

/** An ordinary graph with authentication: the rules of tokens are those of the graph with patients. */
export function guarded(network: () => WatchedNetwork): void {
  /** A guarded graph of its own. */
  const start = (directory: string, settings: Readonly<Record<string, string>> = {}) =>
    startOrdinaryGraph(subgraphs, {
      KILDE_AUTHENTICATION: 'on',
      KILDE_SUBGRAPH_TIMEOUT_MS: '30000',
      KILDE_ISSUER: network().issuer,
      KILDE_AUDIT_DIRECTORY: directory,
      KILDE_AUDIT_KEY: key.toString('base64url'),
      ...settings,
    })

  describe('an ordinary graph with authentication', () => {
    let graph: OrdinaryGraph
    let session: Session
    let directory = ''
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kilde-guarded-'))
      session = await network().signIn('hospital-doctor')
      graph = await start(directory)
    }, 60_000)
    afterAll(async () => {
      await graph.stop()
      await rm(directory, { recursive: true })
    })
    beforeEach(() => graph.forget())

    const signed = (method = 'POST') => {
      const { token, proof } = session
      const dpop = proof.sign({ method, url: graph.url, accessToken: token.value })
      return { authorization: `DPoP ${token.value}`, dpop, 'content-type': 'application/json' }
    }
    const post = async (headers: Readonly<Record<string, string>>, body = QUERY) => {
      const response = await fetch(graph.url, { method: 'POST', headers, body })
      const { data, errors } = (await response.json()) as Answered
      const code = errors?.[0]?.extensions.code
      return { status: response.status, ...(code === undefined ? { data } : { code }) }
    }

    it('answers whoever shows a token with a proof, and shows neither to a subgraph', async () => {
      expect(await post(signed())).toMatchObject({ status: 200, data: { products: {} } })
      expect(Object.keys(graph.fetches[0]?.headers ?? {})).not.toContain('authorization')
      expect(Object.keys(graph.fetches[0]?.headers ?? {})).not.toContain('dpop')
    })

    it('asks nobody for whoever shows none, or a proof again', async () => {
      const json = { 'content-type': 'application/json' }
      expect(await post(json)).toEqual({ status: 401, code: 'TOKEN_MISSING' })
      const headers = signed()
      await post(headers, '{')
      expect(await post(headers)).toEqual({ status: 401, code: 'DPOP_PROOF_REPLAYED' })
      expect(graph.fetches).toHaveLength(0)
    })

    it('takes no operation that stands in an address', async () => {
      const url = `${graph.url}?query=${encodeURIComponent('{ products { upc } }')}`
      const response = await fetch(url, { headers: signed('GET') })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
      expect(graph.fetches).toHaveLength(0)
    })

    it('records refusals of those who are known, and nothing else: there is no patient', async () => {
      await post(signed())
      await post(signed(), 'no JSON')
      const events: string[] = []
      const log = { directory, owner: organizations.hospital.number, key }
      for await (const record of readAuditLog(log)) events.push(record.event)
      expect(new Set(events)).toEqual(new Set(['REQUEST_REFUSED']))
    })
  })

  describe('what one may ask of an ordinary graph with authentication', () => {
    let graph: OrdinaryGraph
    let directory = ''
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kilde-guarded-'))
      graph = await start(directory, {
        KILDE_RATE_REQUESTER_PER_MINUTE: '3',
        KILDE_RATE_ORGANIZATION_PER_MINUTE: '5',
        KILDE_RATE_REQUESTER_AT_ONCE: '2',
      })
    }, 60_000)
    afterAll(async () => {
      await graph.stop()
      await rm(directory, { recursive: true })
    })

    const ask = async ({ token, proof }: Session) => {
      const dpop = proof.sign({ method: 'POST', url: graph.url, accessToken: token.value })
      const headers = {
        authorization: `DPoP ${token.value}`,
        ...{ dpop, 'content-type': 'application/json' },
      }
      const response = await fetch(graph.url, { method: 'POST', headers, body: QUERY })
      const { errors } = (await response.json()) as Answered
      const after = response.headers.get('retry-after')
      return { status: response.status, code: errors?.[0]?.extensions.code, after }
    }
    const often = async (session: Session, times: number) => {
      const answers = []
      for (let time = 0; time < times; time++) answers.push(await ask(session))
      return answers
    }
    const codes = (answers: readonly { readonly code: string | undefined }[]) =>
      answers.map(({ code }) => code ?? 'OK')

    it('is so much in a minute, by the requester and by the organisation, and no subgraph is asked for more', async () => {
      const doctor = await network().signIn('hospital-doctor')
      const [first, ...rest] = (await often(doctor, 5)).toReversed()
      expect(codes(rest.toReversed())).toEqual(['OK', 'OK', 'OK', 'RATE_LIMITED'])
      expect(first?.status).toBe(429)
      expect(Number(first?.after)).toBeGreaterThan(0)
      // Signed in anew it is the same person; a colleague has what is left to the organisation, others all of theirs.
      expect(codes(await often(await network().signIn('hospital-doctor'), 1))).toEqual([
        'RATE_LIMITED',
      ])
      const colleague = await network().signIn('acute-doctor')
      expect(codes(await often(colleague, 3))).toEqual(['OK', 'OK', 'RATE_LIMITED'])
      expect(codes(await often(await network().signIn('nurse'), 1))).toEqual(['OK'])
      expect(graph.fetches).toHaveLength(6)
    })

    it('is so much at a time', async () => {
      const citizen = await network().signIn('patient')
      const waiting: ServerResponse[] = []
      graph.answerOf('catalog', (response) => waiting.push(response))
      const first = [ask(citizen), ask(citizen)]
      while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
      expect(codes([await ask(citizen)])).toEqual(['RATE_LIMITED'])
      for (const response of waiting) {
        response.setHeader('content-type', 'application/json').end('{"data":{"products":[]}}')
      }
      expect(codes(await Promise.all(first))).toEqual(['OK', 'OK'])
    })
  })
}
