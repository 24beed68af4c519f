import { createNonceKeeper, type NonceKeeper } from '@kilde/trust'
import { CliError } from './errors.js'

export interface Fetched {
  readonly status: number
  readonly text: string
}

/**
 * Fetches, and reads the answer to its end.
 * @param init a function: asked once more where the service wants a nonce in the proof
 * @param look at what else the answer says, before it is read
 * @throws CliError `SERVICE_UNREACHABLE`, naming the service as `who`
 */
export async function fetchFrom(
  who: string,
  url: string,
  init: RequestInit | ((nonce: string | undefined) => RequestInit),
  nonces: NonceKeeper = createNonceKeeper(),
  look: (response: Response) => void = () => {},
): Promise<Fetched> {
  try {
    const initOf = (nonce: string | undefined): RequestInit =>
      typeof init === 'function' ? init(nonce) : init
    const response = await nonces.send((nonce) =>
      fetch(url, { redirect: 'error', ...initOf(nonce) }),
    )
    look(response)
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    const { origin } = new URL(url)
    throw new CliError('SERVICE_UNREACHABLE', {
      cause,
      text: `${who} cannot be reached at ${origin}: ${reasonOf(cause)}.`,
    })
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it cut the connection',
  UND_ERR_SOCKET: 'it cut the connection',
  ENOTFOUND: 'its name is not known',
}

function reasonOf(cause: unknown): string {
  if ((cause as Error | undefined)?.name === 'TimeoutError') return 'it did not answer in time'
  const code = (cause as { cause?: { code?: unknown } } | undefined)?.cause?.code
  return reasons[String(code)] ?? 'the connection failed'
}
