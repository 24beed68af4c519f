import type { PublicJwk } from '@kilde/trust'
import { isGenuinePage } from '@kilde/trust/context'
import { z } from 'zod'
import type { Answer } from './ask-gateway.js'
import { keyNames, type Names } from './key-names.js'
import type { Question } from './read-question.js'
import { isSameRow, rowsIn } from './signed-rows.js'

const evidence = z.object({
  kilde: z.object({
    pages: z.array(
      z.object({ organization: z.string(), signature: z.string(), answer: z.string() }),
    ),
  }),
})

type Page = z.infer<typeof evidence>['kilde']['pages'][number]

/** Public keys by which each organisation signs its answers, from the registry's signed state. */
export type PageKeys = ReadonlyMap<string, readonly PublicJwk[]>

/** What came of comparing an answer with what its sources signed. */
export interface Verified {
  /** Answers of sources whose signatures hold, and rows that stand in them. */
  readonly pages: number
  readonly rows: number
  /** What does not hold, in words; empty where everything does. */
  readonly problems: readonly string[]
}

/**
 * Compares the gateway's answer with what the sources signed for this very request: every source that is said to have answered
 * must have signed, and every row must stand in one of their answers as it is. Trends and names are made of many rows: of these
 * the sources' signatures are checked, not the figures.
 */
export function verifyAnswer(answer: Answer, question: Question, keys: PageKeys): Verified {
  const read = evidence.safeParse((answer.body as { extensions?: unknown }).extensions)
  const pages = read.success ? read.data.kilde.pages : []
  const requestId = idOf(answer.signature)
  const genuine = pages.filter((page) => isGenuine(page, requestId, keys))
  const forged = pages.filter((page) => !genuine.includes(page))
  const names = keyNames(question.document)
  const missing = answeredIn(answer.graphql.data, names).filter(
    (number) => !genuine.some(({ organization }) => organization === number),
  )
  const signed = genuine.flatMap((page) => signedRows(page))
  const rows = rowsIn(answer.graphql.data, names)
  const altered = rows.filter((row) => !signed.some((one) => isSameRow(row, one, names)))
  return {
    pages: genuine.length,
    rows: rows.length - altered.length,
    problems: [
      ...forged.map(({ organization }) => `the answer of ${organization} was altered on its way`),
      ...missing.map((number) => `nothing that ${number} signed came with the answer`),
      ...(altered.length > 0 ? [`${altered.length} rows are not as any source signed them`] : []),
      ...(pages.length === 0 ? ['nothing that a source signed came with the answer'] : []),
    ],
  }
}

/** `jti` of the requester's own signature. */
function idOf(signature: string): string {
  const [, payload = ''] = signature.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { jti: string }
  return claims.jti
}

function isGenuine({ organization, signature, answer }: Page, requestId: string, keys: PageKeys) {
  const page = Buffer.from(answer)
  return isGenuinePage({ organization, signature, page, requestId }, keys.get(organization) ?? [])
}

/** Rows in a source's answer, which has them under aliases of the gateway: `r0_0`, `r0_1` … */
function signedRows({ answer }: Page): readonly object[] {
  const found: object[] = []
  JSON.parse(answer, (key, value: unknown) => {
    if (/^r\d+_\d+$/.test(key) && typeof value === 'object' && value !== null) found.push(value)
    return value
  })
  return found
}

const ANSWERED = new Set<unknown>(['OK', 'EMPTY', 'TRUNCATED'])

/** Numbers of the organisations that are said to have answered, in any list. */
function answeredIn(data: unknown, names: Names): readonly string[] {
  const numbers = objectsIn(data).flatMap((object) => {
    const organization = memberOf(object, 'organization', names)
    const number = ANSWERED.has(memberOf(object, 'status', names))
      ? memberOf(organization, 'number', names)
      : undefined
    return typeof number === 'string' ? [number] : []
  })
  return [...new Set(numbers)]
}

/** Every object of an answer, however deep. */
function objectsIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return []
  const below = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? below : [value, ...below]
}

/** What stands under the key of a field, by its name in the contract. */
function memberOf(value: unknown, field: string, names: Names): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => names.of(key).has(field))?.[1]
}
