import { z } from 'zod'
import type { StoreKeys } from '../keys.js'
import { open, seal } from '../seal.js'

/** What of a plan's resource lies sealed: all but what decides on who may see it. */
export interface PlanContent {
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
}

/** Where the content belongs. */
export interface PlanPlace {
  readonly id: string
  readonly patient: number
  readonly version: number
}

const placeOf = ({ id, patient, version }: PlanPlace): string => `plan|${id}|${patient}|${version}`

export function sealPlan(keys: StoreKeys, place: PlanPlace, content: PlanContent): Buffer {
  const { key, sent, identifier, names, resource } = content
  return seal(
    keys,
    placeOf(place),
    JSON.stringify([key, sent, identifier ?? null, names, resource]),
  )
}

const written = z.tuple([
  z.string(),
  z.string(),
  z.string().nullable(),
  z.array(z.string()),
  z.string(),
])

/** @throws Unopened, ZodError */
export function openPlan(keys: StoreKeys, place: PlanPlace, bytes: Buffer): PlanContent {
  const text = open(keys, placeOf(place), bytes)
  const [key, sent, identifier, names, resource] = written.parse(JSON.parse(text))
  return { key, sent, identifier: identifier ?? undefined, names, resource }
}
