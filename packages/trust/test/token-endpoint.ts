import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly form: URLSearchParams
  readonly dpop: string
}

type Answer = { readonly status: number; readonly body: object; readonly nonce?: string }

/** An issuer's metadata, pushed-request and token endpoint, with answers that a test chooses. */
export async function startTokenEndpoint(answer: (received: Received) => Answer) {
  const received: Received[] = []
  let metadataReads = 0
  let origin = ''
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const metadata = request.url?.startsWith('/.well-known/')
    if (metadata) {
      metadataReads += 1
      response.end(JSON.stringify(metadataOf(origin)))
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = {
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
      dpop: String(request.headers['dpop'] ?? ''),
    }
    received.push(one)
    const { status, body, nonce } = answer(one)
    if (nonce) response.setHeader('dpop-nonce', nonce)
    response.setHeader('content-type', 'application/json')
    response.statusCode = status
    response.end(JSON.stringify(body))
  }
  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  return {
    issuer: origin,
    received,
    metadataReads: () => metadataReads,
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function metadataOf(origin: string): object {
  return {
    issuer: origin,
    token_endpoint: `${origin}/token`,
    authorization_endpoint: `${origin}/auth`,
    pushed_authorization_request_endpoint: `${origin}/par`,
    jwks_uri: `${origin}/jwks`,
    authorization_response_iss_parameter_supported: true,
  }
}

export function decode(jwt: string): { header: Json; payload: Json } {
  const [header = '', payload = ''] = jwt.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json
  return { header: read(header), payload: read(payload) }
}

type Json = Record<string, unknown>
