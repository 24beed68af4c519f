import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createProofSigner, generateKey } from '@kilde/trust'
import { parse } from 'graphql'
import { askGateway } from '../src/query/ask-gateway.js'

const query = '{ organizations { number } }'
const question = { query, document: parse(query), variables: {} }

let close: (() => void) | undefined
afterEach(() => close?.())

/** What the command reads where a gateway answers so. */
async function answerTo(status: number, body: string) {
  const server = createServer((_request, response) => void response.writeHead(status).end(body))
  close = () => void server.close()
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens))
  const { port } = server.address() as AddressInfo
  const proof = createProofSigner(await generateKey(), {})
  const token = { value: 'token', expiresAt: Number.MAX_SAFE_INTEGER } as never
  return askGateway(`http://127.0.0.1:${port}/graphql`, question, { token, proof })
}

describe('a gateway’s answer', () => {
  // GraphQL §7.1: where the request failed before execution there is no `data`.
  it('of errors alone says which', async () => {
    const errors = [{ message: 'Ask again later.', extensions: { code: 'A_CODE' } }]
    const { status, graphql } = await answerTo(503, JSON.stringify({ errors }))
    expect({ status, ...graphql }).toEqual({ status: 503, errors })
  })

  it.each(['', '<html>', '[]', '{"errors":"no"}'])('is none where it is %j', async (body) => {
    await expect(answerTo(502, body)).rejects.toMatchObject({ code: 'ANSWER_UNUSABLE' })
  })
})
