import { z } from 'zod'
import { isDeeperThan, resourceTexts } from '../../ingest/json-texts.js'
import { FhirFault } from './fault.js'
import { faultBeside } from './outcome.js'

/** One resource of a search's answer, with its very text. */
export interface FoundEntry {
  readonly fullUrl?: string
  readonly resource: Readonly<Record<string, unknown>> & { readonly resourceType: string }
  readonly text: string
  /** Whether the search found it; else it came along (`_include`). */
  readonly isMatch: boolean
}

export interface FoundPage {
  readonly entries: readonly FoundEntry[]
  /** `Bundle.total`: number of all that match, where the server tells it. */
  readonly total: number | undefined
  /** Link to the page that follows. */
  readonly next: string | undefined
}

const MAX_DEPTH = 50
const MAX_ENTRIES = 20_000

const shape = z.object({
  resourceType: z.literal('Bundle'),
  // PMD's examples have `collection`.
  type: z.enum(['searchset', 'collection']),
  total: z.int().min(0).optional(),
  link: z
    .array(z.object({ relation: z.string(), url: z.string().max(20_000) }))
    .max(50)
    .default([]),
  entry: z
    .array(
      z.object({
        fullUrl: z.string().max(2_000).optional(),
        search: z.object({ mode: z.string().optional() }).optional(),
        resource: z.looseObject({ resourceType: z.string() }).optional(),
      }),
    )
    .max(MAX_ENTRIES)
    .default([]),
})

/** Reads a page of a search for one type of resource. @throws FhirFault where it is none, or tells of an error */
export function readPage(text: string, type: string): FoundPage {
  const read = shape.safeParse(parse(text))
  if (!read.success) throw new FhirFault('INVALID', 'no searchset')
  const { entry, link, total } = read.data
  const texts = resourceTexts(text)
  if (texts.length !== entry.length) throw new FhirFault('INVALID', 'no list of entries')
  const entries = entry.flatMap(({ fullUrl, search }, index): FoundEntry[] => {
    const own = texts[index]
    if (own === undefined) return []
    const resource = JSON.parse(own) as FoundEntry['resource']
    const fault = resource.resourceType === 'OperationOutcome' ? faultBeside(resource) : undefined
    if (fault) throw fault
    const isMatch = resource.resourceType === type && search?.mode !== 'include'
    return [{ ...(fullUrl !== undefined && { fullUrl }), resource, text: own, isMatch }]
  })
  return { entries, total, next: link.find(({ relation }) => relation === 'next')?.url }
}

function parse(text: string): unknown {
  try {
    if (isDeeperThan(MAX_DEPTH, text)) throw new RangeError('too deep')
    return JSON.parse(text)
  } catch {
    // The parser's own words quote the body.
    throw new FhirFault('INVALID', 'no JSON, or too deep')
  }
}
