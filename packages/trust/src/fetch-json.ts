export interface FetchJsonOptions {
  readonly fetch?: typeof globalThis.fetch
  /** Whole time (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
  /** Answers undefined where there is nothing (status 404). */
  readonly mayBeAbsent?: boolean
}

/** Largest document (bytes): a key set of HelseID has 10 kB. */
const MOST_BYTES = 1_000_000

/** Fetches a JSON document of bounded size. Follows no redirects: who answers is who was asked. @throws Error of any kind */
export async function fetchJson(url: string, options: FetchJsonOptions = {}): Promise<unknown> {
  const { fetch = globalThis.fetch, timeoutMs = 5_000, mayBeAbsent = false } = options
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (mayBeAbsent && response.status === 404) {
    await response.body?.cancel()
    return undefined
  }
  if (!response.ok) throw new Error(`status ${response.status}`)
  return JSON.parse(await readBounded(response)) as unknown
}

async function readBounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > MOST_BYTES) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
