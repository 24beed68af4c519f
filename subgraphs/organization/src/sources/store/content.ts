import { z } from 'zod'
import { itemsOf, membersOf } from '../rows/json-parts.js'
import type { StoreKeys } from './keys.js'
import { open, seal } from './seal.js'

/** What of a row nobody searches, and what is told of it without its content. */
export interface RowFacts {
  /** Digest of what the measurement says. */
  readonly content: string
  /** What makes it the same row as another. */
  readonly key: string
  /** Digest of all that was sent. */
  readonly sent: string
  /** Numbers of the observation, then of its components. */
  readonly values: readonly PartValue[]
}

/** Value of an observation or a component as JSON text, and its codes (`<system>|<code>`). */
type PartValue = readonly [resource: string, tokens: readonly string[]]

/** The FHIR Observation and the Device that it refers to, as JSON texts. */
export interface RowContent {
  readonly resource: string
  readonly device?: string | undefined
}

/** Where a row's content belongs. */
export interface RowPlace {
  readonly id: string
  readonly patient: number
  readonly version: number
}

const placeOf = ({ id, patient, version }: RowPlace, part: 'facts' | 'content'): string =>
  `observation|${id}|${patient}|${version}|${part}`

export function sealFacts(keys: StoreKeys, place: RowPlace, facts: RowFacts): Buffer {
  const { content, key, sent, values } = facts
  return seal(keys, placeOf(place, 'facts'), JSON.stringify([content, key, sent, values]))
}

const writtenFacts = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.array(z.tuple([z.string(), z.array(z.string())])),
])

/** @throws Unopened, ZodError */
export function openFacts(keys: StoreKeys, place: RowPlace, bytes: Buffer): RowFacts {
  const text = open(keys, placeOf(place, 'facts'), bytes)
  const [content, key, sent, values] = writtenFacts.parse(JSON.parse(text))
  return { content, key, sent, values }
}

/** Texts as they are, the device in the first line: JSON within JSON would be a quarter longer. */
export function sealContent(
  keys: StoreKeys,
  place: RowPlace,
  { resource, device = '' }: RowContent,
): Buffer {
  // Line feeds can stand between the parts of a JSON text, never within one.
  const text = `${device.replaceAll('\n', ' ')}\n${resource}`
  return seal(keys, placeOf(place, 'content'), text)
}

/** @throws Unopened */
export function openContent(keys: StoreKeys, place: RowPlace, bytes: Buffer): RowContent {
  const text = open(keys, placeOf(place, 'content'), bytes)
  const end = text.indexOf('\n')
  const device = text.slice(0, end)
  return { resource: text.slice(end + 1), ...(device !== '' && { device }) }
}

/** A resource's text taken apart, with the digits that were sent. */
export const elementsIn = (resource: string): Readonly<Record<string, string>> =>
  Object.fromEntries(membersOf(resource))

/** These elements as one JSON text. */
export const joined = (elements: Readonly<Record<string, string>>, names: readonly string[]) =>
  `{${names
    .flatMap((name) => {
      const text = Object.hasOwn(elements, name) ? elements[name] : undefined
      return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]
    })
    .join(',')}}`

/** Numbers of an observation and of its components, each with the codes that it is found by. */
export function valuesOf(elements: Readonly<Record<string, string>>): readonly PartValue[] {
  const list = elements['component']?.trimStart() ?? ''
  // What is no list has no components.
  const components = (list.startsWith('[') ? itemsOf(list) : []).map(elementsIn)
  return [elements, ...components].map((part) => [numberIn(part), tokensOf(part['code'])])
}

const numberIn = (part: Readonly<Record<string, string>>): string =>
  Object.hasOwn(part, 'dataAbsentReason') ? '{}' : joined(part, ['valueInteger', 'valueQuantity'])

const concept = z.object({
  coding: z.array(z.object({ system: z.string().optional(), code: z.string().optional() })),
})

function tokensOf(code: string | undefined): readonly string[] {
  const read = concept.safeParse(code === undefined ? undefined : JSON.parse(code))
  if (!read.success) return []
  return read.data.coding.flatMap((one) =>
    one.code === undefined ? [] : [`${one.system ?? ''}|${one.code}`],
  )
}

/**
 * The value that is meant by these codes: the observation's own where its code is one of them or it has no components, else the
 * first component's whose code is.
 */
export function valueFor({ values }: RowFacts, codes: ReadonlySet<string>): string {
  if (values.length === 1) return values[0]?.[0] ?? '{}'
  return values.find(([, tokens]) => tokens.some((token) => codes.has(token)))?.[0] ?? '{}'
}
