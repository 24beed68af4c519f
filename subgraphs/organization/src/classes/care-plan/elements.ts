import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, period, text } from '../../map/elements.js'

/** A decimal as it was sent; see `keepDigits`. */
const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/))
const quantity = z.object({
  value: decimal.optional(),
  comparator: z.enum(['<', '<=', '>=', '>']).optional(),
  unit: text.optional(),
  system: text.optional(),
  code: text.optional(),
})
const reference = z.object({
  reference: text.optional(),
  type: text.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
})
const references = z.array(reference).optional()
const annotation = z.object({
  text,
  time: text.optional(),
  authorString: text.optional(),
  authorReference: reference.optional(),
})
const extension = z.array(z.object({ url: text, valueString: text.optional() })).optional()
const meta = z
  .object({ profile: z.array(text).optional(), lastUpdated: text.optional() })
  .optional()
const timing = z
  .object({
    code: concept.optional(),
    repeat: z
      .object({
        frequency: z.number().optional(),
        period: decimal.optional(),
        periodUnit: text.optional(),
        when: z.array(text).optional(),
      })
      .optional(),
  })
  .optional()

const detail = z.object({
  extension,
  code: concept.optional(),
  status: text.optional(),
  description: text.optional(),
  scheduledString: text.optional(),
  scheduledTiming: timing,
  scheduledPeriod: period.optional(),
  performer: references,
})

/** The elements of a FHIR R4 CarePlan that the contract shows. Any may be missing: only selected ones are read. */
const carePlan = z.object({
  resourceType: z.literal('CarePlan').optional(),
  meta,
  identifier: z.array(identifier).optional(),
  status: text.optional(),
  intent: text.optional(),
  category: z.array(concept).optional(),
  title: text.optional(),
  description: text.optional(),
  period: period.optional(),
  created: text.optional(),
  author: reference.optional(),
  contributor: references,
  addresses: references,
  goal: references,
  replaces: references,
  partOf: references,
  activity: z
    .array(z.object({ reference: reference.optional(), detail: detail.optional() }))
    .optional(),
  note: z.array(annotation).optional(),
  contained: z.array(z.unknown()).optional(),
})

const goal = z.object({
  resourceType: z.literal('Goal'),
  lifecycleStatus: text.optional(),
  achievementStatus: concept.optional(),
  description: concept,
  startDate: text.optional(),
  target: z
    .array(
      z.object({
        measure: concept.optional(),
        detailQuantity: quantity.optional(),
        detailRange: z.object({ low: quantity.optional(), high: quantity.optional() }).optional(),
        detailCodeableConcept: concept.optional(),
        detailString: text.optional(),
        detailBoolean: z.boolean().optional(),
        detailInteger: z.number().optional(),
        dueDate: text.optional(),
      }),
    )
    .optional(),
})

const condition = z.object({
  resourceType: z.literal('Condition'),
  code: concept.optional(),
  clinicalStatus: concept.optional(),
  verificationStatus: concept.optional(),
  severity: concept.optional(),
})

const serviceRequest = z.object({
  resourceType: z.literal('ServiceRequest'),
  status: text.optional(),
  code: concept.optional(),
  orderDetail: z.array(concept).optional(),
  occurrenceTiming: timing,
  occurrencePeriod: period.optional(),
  performer: references,
  note: z.array(annotation).optional(),
  patientInstruction: text.optional(),
})

const device = z.looseObject({ resourceType: z.literal('Device') })

const part = z.discriminatedUnion('resourceType', [
  carePlan.extend({ resourceType: z.literal('CarePlan') }),
  goal,
  condition,
  serviceRequest,
  device,
])

export type PlanElements = z.infer<typeof carePlan>
export type PartElements = z.infer<typeof part>
export type PartOfType<T extends PartElements['resourceType']> = Extract<
  PartElements,
  { resourceType: T }
>
export type Reference = z.infer<typeof reference>
export type Annotation = z.infer<typeof annotation>
export type Detail = z.infer<typeof detail>
export type Timing = z.infer<typeof timing>

/** Reads stored elements. @throws where they are not what FHIR R4 says, so that the plan is dropped alone */
export const readPlanElements = (json: string): PlanElements =>
  carePlan.parse(parseKeepingDigits(json))

/** What a plan refers to; undefined for a resource of another type. @throws as above */
export function readPart(resource: unknown): PartElements | undefined {
  const type = z.looseObject({ resourceType: text }).safeParse(resource).data?.resourceType
  return TYPES.some((one) => one === type) ? part.parse(resource) : undefined
}

const TYPES = ['CarePlan', 'Goal', 'Condition', 'ServiceRequest', 'Device'] as const
