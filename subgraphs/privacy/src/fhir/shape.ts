import { z } from 'zod'

const Coding = z.object({ system: z.string().optional(), code: z.string().optional() })
const Concept = z.object({ coding: z.array(Coding).default([]) })
const Identifier = z.object({ system: z.string().optional(), value: z.string().optional() })
const Reference = z.object({ identifier: Identifier.optional() })
const Period = z.object({ start: z.string().optional(), end: z.string().optional() })

const Actor = z.strictObject({
  id: z.string().optional(),
  role: Concept.optional(),
  reference: Reference.optional(),
})

/**
 * What may stand in a provision: what is not here would narrow or turn what is said (purpose, action, security label, exceptions),
 * and so is refused, never passed over.
 */
const Provision = z.strictObject({
  id: z.string().optional(),
  type: z.enum(['deny', 'permit']),
  period: Period.optional(),
  actor: z.array(Actor).max(50).default([]),
  class: z.array(Coding).max(50).default([]),
  code: z.array(Concept).max(50).default([]),
  dataPeriod: Period.optional(),
})
export type Provision = z.infer<typeof Provision>

/**
 * What a statement of ours says beyond what a provision can: a modifier, so that who does not understand it takes the Consent for
 * more than it says at no time (FHIR R4, Extensibility).
 */
export const narrowings = {
  heldBy: 'urn:kilde:held-by',
  item: 'urn:kilde:item',
  /** Of a recipient who is a named professional: only as one who acts for this organisation. */
  organization: 'urn:kilde:acting-for',
} as const
const Narrowings = z
  .array(
    z.strictObject({
      url: z.enum([narrowings.heldBy, narrowings.item, narrowings.organization]),
      valueString: z.string().max(100),
    }),
  )
  .min(1)
  .max(3)
export type Narrowings = z.infer<typeof Narrowings>

/** FHIR R4 Consent after the Norwegian draft profile (HL7Norway/Consent 0.1.0), as far as it is understood. */
export const ConsentResource = z.object({
  resourceType: z.literal('Consent'),
  id: z.string().max(64).optional(),
  meta: z
    .object({ versionId: z.string().max(64).optional(), lastUpdated: z.string().optional() })
    .optional(),
  identifier: z.array(Identifier).default([]),
  modifierExtension: z
    .custom<Narrowings>(
      (given) => Narrowings.safeParse(given).success,
      'holds a modifier that is not understood',
    )
    .optional(),
  status: z.enum(['active', 'inactive', 'rejected', 'entered-in-error']),
  scope: Concept,
  category: z.array(Concept),
  patient: Reference,
  dateTime: z.string().optional(),
  provision: Provision.optional(),
})
export type ConsentResource = z.infer<typeof ConsentResource>

export const Bundle = z.object({
  resourceType: z.literal('Bundle'),
  entry: z
    .array(z.object({ resource: z.unknown() }))
    .max(100)
    .default([]),
})

export const codes = {
  scope: ['http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'],
  category: ['http://loinc.org', '59284-0'],
  /** Of ours: a Consent cannot otherwise tell a reservation from an objection to everything. */
  reservation: ['urn:kilde:statement-kind', 'RESERVATION'],
  /** The actor is not who receives, but whose data are meant. */
  custodian: ['http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'CST'],
  objection: ['http://hl7.no/fhir/CodeSystem/no-basis-legal-formality-or-basis', 'PBRL5-3'],
} as const

export const systems = {
  hprNumber: 'urn:oid:2.16.578.1.12.4.1.4.4',
  organization: 'urn:oid:2.16.578.1.12.4.1.4.101',
  personnelCategory: 'urn:oid:2.16.578.1.12.4.1.1.9060',
  resourceType: 'http://hl7.org/fhir/resource-types',
} as const

export const hasCode = (
  concepts: readonly z.infer<typeof Concept>[],
  [system, code]: readonly [string, string],
): boolean =>
  concepts.some(({ coding }) => coding.some((one) => one.system === system && one.code === code))
