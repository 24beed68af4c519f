import type { Dispatcher, Pool } from 'undici'

/** Asks and keeps the bytes as they come: the cheapest way that undici has. */
export function dispatch(
  pool: Pool,
  request: Pick<Dispatcher.DispatchOptions, 'path' | 'headers' | 'body'>,
): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    pool.dispatch(
      { ...request, method: 'POST' },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, code) => {
          status = code
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk)
        },
        onResponseEnd: () => {
          if (status === 200) resolve(chunks)
          else
            reject(new Error(`status ${status}: ${Buffer.concat(chunks).toString().slice(0, 500)}`))
        },
        onResponseError: (_controller, fault) => reject(fault),
      },
    )
  })
}
