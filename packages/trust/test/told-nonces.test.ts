import { afterEach, expect, it } from '@jest/globals'
import { createServer, silentLogger } from '@kilde/service'
import { createNonces, type Nonces, tellNonces } from '../src/index.js'

const now = () => 1_794_000_000_000
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** What is told with an answer, with a refusal for want of a nonce, and with another refusal. */
async function toldBy(nonces: Nonces | undefined): Promise<readonly (string | null)[]> {
  const server = createServer({ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] })
  ends.push(() => server.stop())
  tellNonces(server, nonces)
  const challenges: Record<string, string> = {
    '/wanted': 'DPoP error="use_dpop_nonce"',
    '/refused': 'DPoP error="invalid_token"',
  }
  for (const path of ['/answer', '/wanted', '/refused']) {
    const challenge = challenges[path]
    server.app.get(path, async (_request, reply) => {
      if (challenge !== undefined) reply.code(401).header('www-authenticate', challenge)
      return reply.send({})
    })
  }
  const url = await server.listen(0, '127.0.0.1')
  const answers = ['/answer', '/wanted', '/refused'].map((path) => fetch(`${url}${path}`))
  return (await Promise.all(answers)).map(({ headers }) => headers.get('dpop-nonce'))
}

it('a nonce that every proof must carry is told with every answer', async () => {
  const nonces = createNonces({ now })
  expect(await toldBy(nonces)).toEqual([nonces.current(), nonces.current(), nonces.current()])
})

it('one that only proofs from before a restart must carry is told where it is wanted', async () => {
  const nonces = createNonces({ now, onlyBeforeMs: now() })
  expect(await toldBy(nonces)).toEqual([null, nonces.current(), null])
})

it('none is told where none is wanted', async () => {
  expect(await toldBy(undefined)).toEqual([null, null, null])
})
