import { createHash } from 'node:crypto'
import type { CodeableConcept, Observation, ObservationComponent, Resource } from 'fhir/r4.js'

/** JSON with sorted keys and no spaces: equal content gives equal text, whoever wrote it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

/**
 * Digest of what a measurement says: status, code, value, components, units (32 hex digits). Copies of one version with
 * different digests are in conflict; texts for display do not count.
 */
export function contentDigest(observation: Observation): string {
  const { status, component = [] } = observation
  return digest({ status, ...meaning(observation), component: component.map(meaning) }).slice(0, 32)
}

/** Digest of all that was sent, except what says only how and when: version, time of update, narrative, sender's id. */
export function sentDigest(resource: Resource & { readonly text?: unknown }): string {
  const { id: _id, text: _text, meta, ...rest } = resource
  const { versionId: _version, lastUpdated: _updated, ...kept } = meta ?? {}
  return digest({ ...rest, meta: kept })
}

const digest = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')

/** Codings as tokens, sorted: what is coded, without its texts. */
function tokens(concept: Pick<CodeableConcept, 'coding'> | undefined): readonly string[] {
  const coded = (concept?.coding ?? []).flatMap(({ system, code }) =>
    code === undefined ? [] : [`${system ?? ''}|${code}`],
  )
  return [...new Set(coded)].sort()
}

/** Tokens by which a row is found: those of the whole and of its components (FHIR search parameter `combo-code`). */
export function comboTokens({ code, component = [] }: Observation): readonly string[] {
  return [...new Set([code, ...component.map((part) => part.code)].flatMap(tokens))]
}

function meaning(part: Observation | ObservationComponent): object {
  const { valueQuantity: quantity, valueCodeableConcept: concept } = part
  const others = Object.entries(part).filter(([name]) => name.startsWith('value'))
  return {
    code: tokens(part.code),
    ...Object.fromEntries(others),
    ...(quantity && {
      valueQuantity: [quantity.value, quantity.comparator, quantity.code ?? quantity.unit],
    }),
    ...(concept && { valueCodeableConcept: concept.coding ? tokens(concept) : concept.text }),
  }
}
