import { randomUUID } from 'node:crypto'
import { type Dispatcher, Pool } from 'undici'
import type { Authorise } from './authorise.js'
import { createConnect } from './connect.js'
import { FhirFault } from './fault.js'
import { faultOf } from './outcome.js'
import type { FhirServer } from './settings.js'

/** One server, spoken to in JSON. Every method rejects with a FhirFault. */
export interface FhirClient {
  /** Base address without a slash at its end. */
  readonly base: URL
  /** `POST <base>/<type>/_search`: what is searched for never stands in an address. */
  search(
    type: string,
    form: URLSearchParams,
    signal: AbortSignal,
    strict?: boolean,
  ): Promise<string>
  /** A path of the same origin that holds nothing of a patient, e.g. a server's own name for a next page. */
  get(path: string, signal: AbortSignal): Promise<string>
  close(): Promise<void>
}

interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export function createClient(server: FhirServer, authorise: Authorise): FhirClient {
  const base = new URL(server.url)
  const prefix = base.pathname.replace(/\/$/, '')
  const pool = createPool(base, server)
  const send = async (request: Request, signal: AbortSignal): Promise<string> => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(server.limits.timeoutMs)])
    const address = `${base.origin}${request.path}`
    const response = await authorise(request.method, address, (headers) =>
      dispatch(pool, { ...request, headers: { ...request.headers, ...headers } }, server, deadline),
    )
    return readBody(response, server.limits.pageBytes, deadline)
  }
  return {
    base,
    search: (type, form, signal, strict = false) =>
      send(
        {
          method: 'POST',
          path: `${prefix}/${type}/_search`,
          body: form.toString(),
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            ...(strict && { prefer: 'handling=strict' }),
          },
        },
        signal,
      ),
    get: (path, signal) => send({ method: 'GET', path }, signal),
    close: () => pool.destroy(),
  }
}

function createPool(base: URL, { limits, tls }: FhirServer): Pool {
  return new Pool(base.origin, {
    connections: limits.connections,
    headersTimeout: limits.timeoutMs,
    bodyTimeout: limits.timeoutMs,
    connect: createConnect(tls, Math.min(limits.timeoutMs, 5_000)),
  })
}

/** Redirects are not followed: a search with a patient's number would go where it points. */
async function dispatch(
  pool: Pool,
  { method, path, body, headers }: Request,
  server: FhirServer,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  try {
    return await pool.request({
      ...{ method, path, signal },
      ...(body !== undefined && { body }),
      headers: {
        ...{ accept: 'application/fhir+json', 'x-request-id': randomUUID() },
        ...server.headers,
        ...headers,
      },
    })
  } catch (cause) {
    throw unreachable(cause)
  }
}

async function readBody(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  most: number,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      size += (chunk as Buffer).length
      if (size > most) break
      chunks.push(chunk as Buffer)
    }
    signal.throwIfAborted()
  } catch (cause) {
    throw unreachable(cause)
  }
  if (size > most) throw new FhirFault('INVALID', 'an answer beyond the limit')
  // Nothing that is packed was asked for: unpacking has no bound of its own.
  if (headers['content-encoding'] !== undefined) throw new FhirFault('INVALID', 'packed')
  const text = decode(Buffer.concat(chunks))
  if (statusCode !== 200) throw faultOf(statusCode, text)
  return text
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FhirFault('INVALID', 'no UTF-8')
  }
}

function unreachable(cause: unknown): FhirFault {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown }
  const detail = typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'
  return new FhirFault('UNREACHABLE', detail, cause)
}
