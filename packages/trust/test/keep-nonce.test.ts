import { describe, expect, it } from '@jest/globals'
import { createNonceKeeper } from '../src/index.js'

const wanting = (nonce: string) =>
  new Response('{}', {
    status: 401,
    headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': nonce },
  })
const giving = (nonce: string) => new Response('{}', { headers: { 'dpop-nonce': nonce } })

/** Gives one answer after the other, and tells which nonces it was asked with. */
function server(answers: Response[]) {
  const seen: (string | undefined)[] = []
  const ask = async (nonce: string | undefined): Promise<Response> => {
    seen.push(nonce)
    return answers.shift() ?? new Response('{}')
  }
  return { seen, ask }
}

describe('a client that keeps nonces', () => {
  it('asks once more where the server wants one, and sends the newest from then on', async () => {
    const { seen, ask } = server([wanting('n1'), giving('n2'), giving('n3')])
    const nonces = createNonceKeeper()
    expect((await nonces.send(ask)).status).toBe(200)
    await nonces.send(ask)
    await nonces.send(ask)
    expect(seen).toEqual([undefined, 'n1', 'n2', 'n3'])
  })

  it('does not ask for ever', async () => {
    const { seen, ask } = server([wanting('n1'), wanting('n1'), wanting('n1')])
    const nonces = createNonceKeeper()
    expect((await nonces.send(ask)).status).toBe(401)
    expect((await nonces.send(ask)).status).toBe(401)
    expect(seen).toEqual([undefined, 'n1', 'n1'])
  })

  it('asks once where the refusal is about something else, or names no nonce', async () => {
    const other = new Response('{}', {
      status: 401,
      headers: { 'www-authenticate': 'DPoP error="invalid_token"', 'dpop-nonce': 'n1' },
    })
    const none = new Response('{}', {
      status: 401,
      headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"' },
    })
    for (const answer of [other, none]) {
      const { seen, ask } = server([answer])
      expect((await createNonceKeeper().send(ask)).status).toBe(401)
      expect(seen).toEqual([undefined])
    }
  })
})
