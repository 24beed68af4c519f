import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, period, text } from '../../map/elements.js'
import { annotation, meta, reference } from '../party-elements.js'

const concepts = z.array(concept).optional()
const references = z.array(reference).optional()
const extension = z
  .array(z.object({ url: text, valueCodeableConcept: concept.optional() }))
  .optional()

/** The elements of a FHIR R4 DetectedIssue or Flag that the contract shows. Any may be missing: only selected ones are read. */
const alert = z.object({
  meta,
  extension,
  identifier: z.array(identifier).optional(),
  status: text.optional(),
  code: concept.optional(),
  severity: text.optional(),
  identifiedDateTime: text.optional(),
  identifiedPeriod: period.optional(),
  /** Of a Flag. */
  period: period.optional(),
  author: reference.optional(),
  implicated: references,
  evidence: z.array(z.object({ code: concepts, detail: references })).optional(),
  detail: text.optional(),
  mitigation: z
    .array(z.object({ action: concept, date: text.optional(), author: reference.optional() }))
    .optional(),
  contained: z.array(z.unknown()).optional(),
})

const composition = z.object({
  resourceType: z.literal('Composition'),
  status: text.optional(),
  date: text.optional(),
  author: references,
  event: z
    .array(z.object({ code: concepts, period: period.optional(), detail: references }))
    .optional(),
  section: z
    .array(
      z.object({
        title: text.optional(),
        text: z.object({ div: text.optional() }).optional(),
        entry: references,
      }),
    )
    .optional(),
})

const task = z.object({
  resourceType: z.literal('Task'),
  status: text.optional(),
  focus: reference.optional(),
  authoredOn: text.optional(),
  lastModified: text.optional(),
  owner: reference.optional(),
  requester: reference.optional(),
  note: z.array(annotation).optional(),
})

const device = z.object({
  resourceType: z.literal('Device'),
  deviceName: z.array(z.object({ name: text })).optional(),
})

const part = z.discriminatedUnion('resourceType', [composition, task, device])

/** What was asked of the patient, inside an alert that it did not come. */
const request = z.object({
  resourceType: z.literal('ServiceRequest'),
  id: text.optional(),
  code: concept.optional(),
  occurrenceDateTime: text.optional(),
  occurrencePeriod: period.optional(),
})

export type AlertElements = z.infer<typeof alert>
export type PartElements = z.infer<typeof part>
export type CompositionElements = z.infer<typeof composition>
export type TaskElements = z.infer<typeof task>
export type RequestElements = z.infer<typeof request>

/** Reads stored elements. @throws where they are not what FHIR R4 says, so that the alert is dropped alone */
export const readAlertElements = (json: string): AlertElements =>
  alert.parse(parseKeepingDigits(json))

/** What follows an alert up, or raised it; undefined for a resource of another type. @throws as above */
export function readPart(resource: unknown): PartElements | undefined {
  const type = z.looseObject({ resourceType: text }).safeParse(resource).data?.resourceType
  return PARTS.some((one) => one === type) ? part.parse(resource) : undefined
}

/** Requests that stand in the alert itself. @throws as above */
export const requestsIn = (contained: readonly unknown[] = []): readonly RequestElements[] =>
  contained.flatMap((one) =>
    z.looseObject({ resourceType: z.literal('ServiceRequest') }).safeParse(one).success
      ? [request.parse(one)]
      : [],
  )

const PARTS = ['Composition', 'Task', 'Device'] as const
