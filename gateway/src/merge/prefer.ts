import type { GraphQLField, GraphQLObjectType } from 'graphql'
import { z } from 'zod'
import { InvalidAnswer } from '../transport/invalid-answer.js'
import type { PartStrategy, SourcePart } from './part-strategies.js'
import { compilePreferShape, type PreferShape } from './prefer-shape.js'
import { printWhole, shapeOfObject } from './value-shape.js'

/** An object of a source, checked against its type in the contract. */
type Value = Readonly<Record<string, unknown>>
/** One source's value, with what decides on it. */
type Variant = Value

/** Far more than one thing has: FHIR knows seven uses of a name. */
const MOST_VARIANTS = 50

/** PREFER: one value, by a precedence that the contract lays down, and beside it every source's variants of it. */
export function compilePrefer(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
): PartStrategy {
  const shape = compilePreferShape(field, type)
  const part = z.object({
    variants: z.array(shapeOfObject(shape.variant, shape.sources)).max(MOST_VARIANTS),
  })
  return {
    sourceSelection: `variants { ${printWhole(shape.variant, shape.sources)} }`,
    check: () => undefined,
    read(value) {
      const read = part.safeParse(value)
      if (!read.success) throw new InvalidAnswer('RESPONSE_MALFORMED')
      return ownVariants(read.data.variants, shape)
    },
    count: (variants) => (variants as readonly Variant[]).length,
    merge: (parts) => preferVariant(parts, shape),
  }
}

/** One source's variants, the preferred first; of those that do not differ, the preferred alone. */
function ownVariants(variants: readonly Variant[], shape: PreferShape): readonly Variant[] {
  const ordered = variants.toSorted((a, b) => compareVariants(a, b, shape))
  const texts = ordered.map((variant) => differenceOf(variant, shape))
  return ordered.filter((_, index) => texts.indexOf(texts[index] ?? '') === index)
}

function preferVariant(
  parts: readonly SourcePart[],
  shape: PreferShape,
): Readonly<Record<string, unknown>> {
  const variants = parts
    .toSorted((a, b) => compareText(a.organization, b.organization))
    .flatMap(({ organization, part }) =>
      (part as readonly Variant[]).map((variant) => ({
        ...variant,
        ...sourceOf(organization, shape),
      })),
    )
    // Sorting keeps the order of what is equal: of variants that nothing else decides on, that of organisations.
    .toSorted((a, b) => compareVariants(a, b, shape))
  const conflict = isConflict(parts, shape)
  return {
    value: variants[0]?.['value'] ?? null,
    variants,
    ...Object.fromEntries(shape.conflicts.map((name) => [name, conflict])),
  }
}

/** Set here, whatever an answer says of itself. */
const sourceOf = (organization: string, { sources }: PreferShape): Value =>
  Object.fromEntries(sources.map((name) => [name, { number: organization }]))

/** True where the sources' preferred values differ; one source may well hold several, for different uses. */
function isConflict(parts: readonly SourcePart[], shape: PreferShape): boolean {
  const preferred = parts.flatMap(({ part }) => (part as readonly Variant[]).slice(0, 1))
  return new Set(preferred.map((variant) => differenceOf(variant, shape))).size > 1
}

/** What two values differ by. White space is how a system writes a value, not what it says. */
const differenceOf = ({ value }: Variant, { key }: PreferShape): string =>
  JSON.stringify(
    key.map((name) => (value as Value)[name]),
    (_, item: unknown) => (typeof item === 'string' ? item.trim().replace(/\s+/g, ' ') : item),
  )

/** Negative where `a` is preferred. */
function compareVariants(a: Variant, b: Variant, { order }: PreferShape): number {
  for (const { name, isInstant } of order) {
    const compared = compareValues(b[name], a[name], isInstant)
    if (compared !== 0) return compared
  }
  return 0
}

function compareValues(a: unknown, b: unknown, areInstants: boolean): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (areInstants) return Date.parse(String(a)) - Date.parse(String(b))
  return compareText(String(a), String(b))
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
