import { mkdtemp, rm } from 'node:fs/promises'
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
  describe('an ordinary graph with authentication', () => {
    let graph: OrdinaryGraph
    let session: Session
    let directory = ''
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'kilde-guarded-'))
      session = await network().signIn('hospital-doctor')
      graph = await startOrdinaryGraph(subgraphs, {
        KILDE_AUTHENTICATION: 'on',
        KILDE_SUBGRAPH_TIMEOUT_MS: '30000',
        KILDE_ISSUER: network().issuer,
        KILDE_AUDIT_DIRECTORY: directory,
        KILDE_AUDIT_KEY: key.toString('base64url'),
      })
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
}
