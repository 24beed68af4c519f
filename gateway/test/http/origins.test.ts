import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createServer, readConfig, type Server, silentLogger } from '@kilde/service'
import { gatewaySettings } from '../../src/config.js'
import { jsonReply } from '../../src/http/reply.js'
import { addGraphqlRoute, allowOrigins } from '../../src/http/routes.js'

const ehr = 'https://ehr.example'

describe('asking from a page', () => {
  let server: Server
  let url = ''
  beforeAll(async () => {
    server = createServer({ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] })
    await allowOrigins(server, [ehr])
    addGraphqlRoute(server, {
      handle: async () => jsonReply(200, '{}'),
      load: { mostAtOnce: 100, busyAtOnce: 0, logger: silentLogger },
      now: Date.now,
      headers: [],
    })
    url = await server.listen(0, '127.0.0.1')
  })
  afterAll(() => server.stop(0))

  const preflight = (origin: string) =>
    fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,dpop,content-type',
      },
    })

  it('lets a page of a named origin ask, with its token and proof, and without cookies', async () => {
    const { status, headers } = await preflight(ehr)
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(ehr)
    expect(headers.get('access-control-allow-headers')).toContain('dpop')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('names no other origin', async () => {
    const { headers } = await preflight('https://other.example')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('the setting of origins', () => {
  const problemOf = (text: string): string => {
    try {
      readConfig(
        { KILDE_ALLOWED_ORIGINS: gatewaySettings.KILDE_ALLOWED_ORIGINS },
        { KILDE_ALLOWED_ORIGINS: text },
      )
      return 'accepted'
    } catch (error) {
      return (error as { publicText: string }).publicText
    }
  }

  it('takes origins, and refuses everybody, paths and what is no address', () => {
    expect(problemOf('https://ehr.example, http://127.0.0.1:5173')).toBe('accepted')
    for (const wrong of ['*', 'https://ehr.example/', 'ehr.example', 'null']) {
      expect(problemOf(wrong)).toBe(
        'Configuration:\n  KILDE_ALLOWED_ORIGINS: must be origins, e.g. https://ehr.example',
      )
    }
  })
})
