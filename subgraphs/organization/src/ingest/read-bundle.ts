import { z } from 'zod'
import { plansIn } from '../classes/care-plan/plain-json.js'
import { OrganizationError } from '../errors.js'
import type { SentEntry } from './entry.js'
import { isDeeperThan, resourceTexts } from './json-texts.js'

export interface SentBundle {
  /** `collection` is PMD's older form, and stands for VKP's `document` too: all entries are to be kept. */
  readonly type: 'batch' | 'transaction' | 'collection'
  /** Of a FHIR document: `system|value` of its identifier, where it has one. */
  readonly document?: { readonly identifier: string | undefined }
  readonly entries: readonly SentEntry[]
}

const MAX_DEPTH = 50
const MAX_ENTRIES = 5_000

const bundleShape = z.object({
  resourceType: z.literal('Bundle', 'The body is not a FHIR Bundle.'),
  type: z.enum(
    ['batch', 'transaction', 'collection', 'document'],
    'Bundle.type must be batch, transaction, collection or document.',
  ),
  // Only a document's is used: whatever else stands there is the sender's affair.
  identifier: z
    .object({ system: z.string().max(2_000).optional(), value: z.string().min(1).max(2_000) })
    .optional()
    .catch(undefined),
  entry: z
    .array(
      z.object({
        fullUrl: z.string().max(2_000).optional(),
        request: z
          .object({
            method: z.string().max(20),
            url: z.string().max(2_000),
            ifNoneExist: z.string().max(2_000).optional(),
          })
          .optional(),
      }),
      'Bundle.entry must be a list of entries.',
    )
    .max(MAX_ENTRIES, `Bundle.entry has more than ${MAX_ENTRIES} entries. Send it in parts.`)
    .default([]),
})

/** Reads the envelope, or plans in another form than FHIR. The resources are not checked yet. @throws OrganizationError `BUNDLE_REFUSED` that says why */
export function readBundle(bytes: Uint8Array): SentBundle {
  const text = decode(bytes)
  if (deeper(text)) throw refused(`The body is nested deeper than ${MAX_DEPTH} levels.`)
  const sent = parse(text)
  const plans = plansIn(sent)
  if (plans) return { type: 'batch', entries: plans }
  const read = bundleShape.safeParse(sent)
  if (!read.success) {
    const [first] = read.error.issues
    const at = first?.path.length ? ` (Bundle${fhirPath(first.path)})` : ''
    throw refused(`${first?.message ?? 'The body is not a Bundle.'}${at}`)
  }
  const { type, entry, identifier } = read.data
  const texts = resourceTexts(text)
  if (texts.length !== entry.length) throw refused('Bundle.entry must be a list of entries, once.')
  const entries = entry.map((one, index) => sentEntry(one, texts[index], index))
  if (type !== 'document') return { type, entries }
  const named = identifier && `${identifier.system ?? ''}|${identifier.value}`
  return { type: 'collection', document: { identifier: named }, entries }
}

type Envelope = z.infer<typeof bundleShape>['entry'][number]

function sentEntry(
  { fullUrl, request }: Envelope,
  text: string | undefined,
  index: number,
): SentEntry {
  return {
    place: `Bundle.entry[${index}]`,
    ...(fullUrl !== undefined && { fullUrl }),
    ...(request && { request: withoutUndefined(request) }),
    ...(text !== undefined && { text, resource: JSON.parse(text) as unknown }),
  }
}

const withoutUndefined = ({ ifNoneExist, ...request }: NonNullable<Envelope['request']>) =>
  ifNoneExist === undefined ? request : { ...request, ifNoneExist }

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw refused('The body is not UTF-8 text.', cause)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's own words quote the body.
    throw refused('The body is not JSON.', cause)
  }
}

/** Before parsing: deep nesting exhausts the parser's stack. So does one text of millions of escapes in the scan. */
function deeper(text: string): boolean {
  try {
    return isDeeperThan(MAX_DEPTH, text)
  } catch {
    return true
  }
}

const fhirPath = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')

function refused(text: string, cause?: unknown): OrganizationError {
  return new OrganizationError('BUNDLE_REFUSED', { text, cause })
}
