import type { Answer } from '@kilde/demo/test-network'

/** What a client learns of a request that was not carried out. */
export interface Refusal {
  readonly status: number
  readonly code: string | undefined
  readonly text: string | undefined
}

/** `data` of an answer without errors. @throws where there are any */
export function dataOf<Data>({ status, body }: Answer): Data {
  if (status !== 200 || body.errors || !body.data) {
    throw new Error(`no data, status ${status}: ${JSON.stringify(body.errors)}`)
  }
  return body.data as Data
}

/** Status, code and text of an answer with exactly one error and no data. @throws where it is another */
export function refusalOf({ status, body }: Pick<Answer, 'status' | 'body'>): Refusal {
  const [error, ...more] = body.errors ?? []
  const holds = Object.values((body.data as object | undefined) ?? {}).some(Boolean)
  if (!error || more.length > 0 || holds) {
    throw new Error(`no plain refusal, status ${status}: ${JSON.stringify(body).slice(0, 500)}`)
  }
  return { status, code: error.extensions?.code, text: error.message }
}
