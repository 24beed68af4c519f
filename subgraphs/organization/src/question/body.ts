import {
  contextShape,
  maxSignatureLength,
  type SignedByRequester,
  type StatedContext,
} from '@kilde/trust/context'
import { z } from 'zod'
import { OrganizationError } from '../errors.js'

const body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  extensions: z.object({ kilde: z.unknown() }).partial().nullish(),
})

/** What the requester signed, as the gateway got it. Longer than any gateway takes is nothing that one passes on. */
const request = z.object({
  signature: z.string().max(maxSignatureLength),
  token: z.string().max(16_384),
  body: z.string().max(300_000),
})

/** What a gateway says beside the question. Nothing of it is a ground for access: that stands in the signed token. */
const kilde = contextShape
  .extend({
    request,
    salt: z.string().regex(/^[A-Za-z0-9_-]{22,86}$/),
    deadlineMs: z.number().min(1).max(60_000),
    formerly: z.array(z.string().min(1).max(100)).max(8),
    live: z.object({ after: z.string().max(64) }).partial(),
    traceparent: z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
  })
  .partial()

export interface QuestionBody {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | undefined
  /** Salt of the patient digests in the rows' cursors (base64url). */
  readonly salt: string | undefined
  /** Time that the caller has left (milliseconds). */
  readonly deadlineMs: number | undefined
  /** Trace-id of the request (W3C Trace Context): joins this organisation's record to the gateway's. */
  readonly trace: string | undefined
  /** Salted digests of the patient's other numbers, as the gateway knows them; undefined where it does not. */
  readonly formerly: readonly string[] | undefined
  /** Where a stream goes on: the last place that it gave. */
  readonly live: { readonly after?: string | undefined } | undefined
  /** On whose behalf, about whom and what for, as the sender says. */
  readonly context: StatedContext
  /** What the requester signed, where it was passed on. */
  readonly request: SignedByRequester | undefined
}

/** @throws OrganizationError `REQUEST_MALFORMED` */
export function readBody(bytes: Uint8Array): QuestionBody {
  const read = body.safeParse(parseJson(bytes))
  const extension = kilde.safeParse(read.data?.extensions?.kilde ?? {})
  if (!read.success || !extension.success) throw new OrganizationError('REQUEST_MALFORMED')
  const { query, variables, operationName } = read.data
  const {
    salt,
    deadlineMs,
    traceparent,
    formerly,
    live,
    request: signed,
    ...context
  } = extension.data
  return {
    query,
    variables: variables ?? {},
    operationName: operationName ?? undefined,
    salt,
    deadlineMs,
    live,
    trace: traceparent?.slice(3, 35),
    formerly,
    context,
    request: signed,
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    // The parser's own words quote the body.
    return undefined
  }
}
