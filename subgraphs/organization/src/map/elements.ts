import { z } from 'zod'

/** A decimal as it was sent: `7.0` stays `7.0`. See {@link readElements}. */
export const decimal = z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)
export const text = z.string()

export const coding = z.object({
  system: text.optional(),
  code: text.optional(),
  display: text.optional(),
})
export const concept = z.object({ coding: z.array(coding).optional(), text: text.optional() })
export const identifier = z.object({ system: text.optional(), value: text.optional() })
export const quantity = z.object({
  value: decimal.optional(),
  comparator: z.enum(['<', '<=', '>=', '>']).optional(),
  unit: text.optional(),
  system: text.optional(),
  code: text.optional(),
})
export const period = z.object({ start: text.optional(), end: text.optional() })

const value = {
  valueQuantity: quantity.optional(),
  valueCodeableConcept: concept.optional(),
  valueString: text.optional(),
  valueBoolean: z.boolean().optional(),
  valueInteger: z.int().optional(),
  valueRange: z.object({ low: quantity.optional(), high: quantity.optional() }).optional(),
  valueRatio: z
    .object({ numerator: quantity.optional(), denominator: quantity.optional() })
    .optional(),
  valueTime: text.optional(),
  valueDateTime: text.optional(),
  valuePeriod: period.optional(),
  dataAbsentReason: concept.optional(),
  interpretation: z.array(concept).optional(),
  referenceRange: z
    .array(
      z.object({
        low: quantity.optional(),
        high: quantity.optional(),
        type: concept.optional(),
        text: text.optional(),
      }),
    )
    .optional(),
}

const reference = z.object({ display: text.optional(), identifier: identifier.optional() })

const extension = z.object({
  url: text.optional(),
  valueBoolean: z.boolean().optional(),
  valueString: text.optional(),
  valueCoding: coding.optional(),
  valueCodeableConcept: concept.optional(),
  valueQuantity: quantity.optional(),
  valueRatio: z
    .object({ numerator: quantity.optional(), denominator: quantity.optional() })
    .optional(),
})

/** The elements of a FHIR R4 Observation that the contract shows. Any may be missing: only selected ones are read. */
const observation = z.object({
  ...value,
  extension: z.array(extension.extend({ extension: z.array(extension).optional() })).optional(),
  identifier: z.array(identifier).optional(),
  status: z
    .enum([
      'registered',
      'preliminary',
      'final',
      'amended',
      'corrected',
      'cancelled',
      'entered-in-error',
      'unknown',
    ])
    .optional(),
  category: z.array(concept).optional(),
  code: concept.optional(),
  effectiveDateTime: text.optional(),
  effectiveInstant: text.optional(),
  effectivePeriod: period.optional(),
  effectiveTiming: z.object({ event: z.array(text).optional() }).optional(),
  issued: text.optional(),
  component: z.array(z.object({ ...value, code: concept })).optional(),
  device: reference.optional(),
  bodySite: concept.optional(),
  method: concept.optional(),
  note: z
    .array(
      z.object({
        text,
        time: text.optional(),
        authorString: text.optional(),
        authorReference: reference.optional(),
      }),
    )
    .optional(),
  meta: z.object({ profile: z.array(text).optional() }).optional(),
})

const device = z.object({
  identifier: z.array(identifier).optional(),
  deviceName: z.array(z.object({ name: text, type: text.optional() })).optional(),
  manufacturer: text.optional(),
  modelNumber: text.optional(),
  type: concept.optional(),
})

export type Elements = z.infer<typeof observation>
export type ValueElements = Pick<Elements, keyof typeof value>
export type SentExtension = z.infer<typeof extension>
export type Concept = z.infer<typeof concept>
export type SentQuantity = z.infer<typeof quantity>
export type SentRange = NonNullable<Elements['referenceRange']>[number]
export type DeviceElements = z.infer<typeof device>

/** Reads stored elements. @throws where they are not what FHIR R4 says, so that the row is dropped alone */
export const readElements = (json: string): Elements => observation.parse(parseKeepingDigits(json))

export const readDevice = (json: string): DeviceElements => device.parse(JSON.parse(json))

/**
 * Turns each number under the names `value` and `valueDecimal` into a text, for JSON.parse would make 7.0 and 7 the same. In JSON a
 * quoted name with a colon and a number behind it can only be a member's name, unless its first quote is escaped.
 */
const keepDigits = (json: string): string =>
  json.replace(/(?<!\\)"(value|valueDecimal)"\s*:\s*(-?\d[\d.eE+-]*)/g, '"$1":"$2"')

/** JSON of a FHIR resource, numbers as they were sent. */
export const parseKeepingDigits = (json: string): unknown => JSON.parse(keepDigits(json))
