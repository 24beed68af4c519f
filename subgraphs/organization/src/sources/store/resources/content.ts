import { z } from 'zod'
import type { StoreKeys } from '../keys.js'
import { open, seal } from '../seal.js'

/** What of a resource lies sealed: all but what decides on who may see it, and when it comes. */
export interface ResourceContent {
  /** What makes it the same resource as another. */
  readonly key: string
  /** Digest of all that was sent. */
  readonly sent: string
  /** `system|value` of its first business identifier. */
  readonly identifier: string | undefined
  /** What references call it. */
  readonly names: readonly string[]
  /** The FHIR resource as it was sent. */
  readonly resource: string
  /** Tokens of measurements that it refers to, see `Claim`. */
  readonly codes?: readonly string[] | undefined
}

/** Where the content belongs. */
export interface ResourcePlace {
  readonly id: string
  readonly patient: number
  readonly version: number
}

/** Named when plans were the only class: what was sealed then must open. */
const placeOf = ({ id, patient, version }: ResourcePlace): string =>
  `plan|${id}|${patient}|${version}`

export function sealResource(
  keys: StoreKeys,
  place: ResourcePlace,
  content: ResourceContent,
): Buffer {
  const { key, sent, identifier, names, resource, codes } = content
  return seal(
    keys,
    placeOf(place),
    JSON.stringify([key, sent, identifier ?? null, names, resource, ...(codes ? [codes] : [])]),
  )
}

const written = z.tuple(
  [z.string(), z.string(), z.string().nullable(), z.array(z.string()), z.string()],
  // Written beside them since alerts tell the codes of what they refer to.
  z.array(z.string()),
)

/** @throws Unopened, ZodError */
export function openResource(
  keys: StoreKeys,
  place: ResourcePlace,
  bytes: Buffer,
): ResourceContent {
  const text = open(keys, placeOf(place), bytes)
  const [key, sent, identifier, names, resource, codes] = written.parse(JSON.parse(text))
  return { key, sent, identifier: identifier ?? undefined, names, resource, codes }
}
