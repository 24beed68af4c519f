import { z } from 'zod'
import { concept, identifier, text } from '../map/elements.js'
import { annotation, reference } from './party-elements.js'

/** Parts of FHIR resources that several classes read. Any may be missing: only selected elements are read. */
export const references = z.array(reference).optional()
export const concepts = z.array(concept).optional()
export const identifiers = z.array(identifier).optional()
export const annotations = z.array(annotation).optional()

/** A decimal as it was sent. */
const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/))
export const quantity = z.object({
  value: decimal.optional(),
  comparator: z.enum(['<', '<=', '>=', '>']).optional(),
  unit: text.optional(),
  system: text.optional(),
  code: text.optional(),
})
export const extensions = z
  .array(
    z.object({
      url: text,
      valueReference: reference.optional(),
      valueCodeableConcept: concept.optional(),
      valueCoding: z
        .object({ system: text.optional(), code: text.optional(), display: text.optional() })
        .optional(),
      valueString: text.optional(),
    }),
  )
  .optional()

export type FhirExtensions = z.infer<typeof extensions>
