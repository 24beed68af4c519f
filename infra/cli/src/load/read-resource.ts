import { z } from 'zod'
import { notJson } from '../json-fault.js'
import type { BundleText } from './split-bundle.js'

/** What a text turned out to be. */
export type Resource =
  | { readonly kind: 'bundle'; readonly bundle: BundleText }
  | { readonly kind: 'observation'; readonly text: string; readonly id?: string }
  | {
      readonly kind: 'unusable'
      readonly code: 'FILE_NOT_JSON' | 'FILE_NOT_FHIR'
      readonly reason: string
    }

const id = z.string().optional().catch(undefined)
const resource = z.looseObject({ resourceType: z.string(), id })
const bundle = z.object({
  type: z.enum(['batch', 'collection', 'transaction']),
  entry: z
    .array(
      z.object({
        fullUrl: z.string().optional().catch(undefined),
        resource: resource.optional().catch(undefined),
      }),
    )
    .default([]),
})

/** Reads just enough of a text to know how to send it; the node checks the rest. */
export function readResource(text: string): Resource {
  const value = parse(text)
  if (value === undefined) {
    return { kind: 'unusable', code: 'FILE_NOT_JSON', reason: notJson(text) }
  }
  const read = resource.safeParse(value)
  if (!read.success) return unusable('is no FHIR resource: it has no resourceType')
  const { resourceType } = read.data
  if (resourceType === 'Bundle') return readBundle(text, value)
  if (resourceType === 'Observation') {
    const { id: given } = read.data
    return { kind: 'observation', text, ...(given !== undefined && { id: given }) }
  }
  return unusable(
    `is a resource of type ${word(resourceType)}; only Bundle and Observation are loaded`,
  )
}

function readBundle(text: string, value: unknown): Resource {
  const read = bundle.safeParse(value)
  if (read.success) {
    const { type, entry } = read.data
    return { kind: 'bundle', bundle: { text, type, entries: entry } }
  }
  const type = word((value as { type?: unknown }).type)
  const isKnown = bundle.shape.type.safeParse((value as { type?: unknown }).type).success
  return unusable(
    isKnown
      ? 'is a Bundle whose entry is no list of entries'
      : `is a Bundle of type ${type}; only batch, collection and transaction are loaded`,
  )
}

/** `null` is JSON, too. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Words of the file go to the terminal: letters only. */
const word = (value: unknown): string =>
  typeof value === 'string' && /^[A-Za-z-]{1,64}$/.test(value) ? value : 'unknown'

const unusable = (reason: string): Resource => ({
  kind: 'unusable',
  code: 'FILE_NOT_FHIR',
  reason,
})
