import { OrganizationNumber } from '@kilde/catalogue'
import type { PatientIdentifier } from '@kilde/contract'
import { z } from 'zod'

const Instant = z.iso.datetime({ offset: true })

/** When something holds: from the first instant (RFC 3339, included) to the last (excluded); without an end until lifted. */
export const Validity = z.object({ from: Instant, until: Instant.optional() }).readonly()
export type Validity = z.infer<typeof Validity>

/** Which data. All criteria that are given must hold; none given: everything, also what is recorded later. */
export const DataScope = z
  .strictObject({
    /** Organisation number of the data controller (`performer:organization`): its data wherever a copy lies. */
    organization: OrganizationNumber.optional(),
    /** Only copies that this organisation holds: the patient has narrowed it to "only there". */
    heldBy: OrganizationNumber.optional(),
    /** Class of data of the contract, e.g. `Observation`. */
    dataClass: z
      .string()
      .regex(/^[A-Z][A-Za-z]{0,63}$/)
      .optional(),
    /** Element: token `system|code`. The code table's other spellings of the same thing are meant too. */
    code: z
      .string()
      .regex(/^[^|\s]{1,200}\|[^|\s]{1,100}$/)
      .optional(),
    /** Element: one item, by its identity (32 hex digits, the same for all copies). */
    item: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    /** First instant of the data's own time (`effective`) that is meant, included. */
    from: Instant.optional(),
    /** First instant that is meant no more. */
    until: Instant.optional(),
  })
  .readonly()
export type DataScope = z.infer<typeof DataScope>

/** Against or for whom. All criteria that are given must hold; none given: everybody who is not the patient. */
export const RecipientScope = z
  .strictObject({
    /** Organisation number that the professional acts for. */
    organization: OrganizationNumber.optional(),
    /** HPR number of a named professional. */
    professional: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
    /** Occupational group: code of code system 9060, e.g. `LE`. */
    group: z
      .string()
      .regex(/^[A-Z]{2}\d?$/)
      .optional(),
  })
  .readonly()
export type RecipientScope = z.infer<typeof RecipientScope>

const statement = {
  /** UUID, by which the log and the patient name it. */
  id: z.uuid(),
  data: DataScope,
  recipient: RecipientScope,
  validity: Validity,
} as const

/** The patient's objection [sperre, tilgangsbegrensning]: pasient- og brukerrettighetsloven § 5-3, pasientjournalloven § 17. */
export const Block = z.object(statement).readonly()
export type Block = z.infer<typeof Block>

/** The patient's consent [samtykke]: opens what a less specific block closes (ACP 5). */
export const Consent = z.object(statement).readonly()
export type Consent = z.infer<typeof Consent>

/** The patient takes no part in the sharing service at all [reservasjon]. No consent is more specific than this. */
export const Reservation = z.object({ id: z.uuid(), validity: Validity }).readonly()
export type Reservation = z.infer<typeof Reservation>

/** Why somebody may act for the patient; ACP codes 1, 2 and 3 of `2.16.578.1.12.4.1.7.2.1`. */
export const RepresentationKind = z.enum(['PARENT', 'POWER_OF_ATTORNEY', 'UNABLE_TO_CONSENT'])
export type RepresentationKind = z.infer<typeof RepresentationKind>

/** Somebody who represents the patient. Age rules say when it counts. */
export const Representation = z
  .object({
    id: z.uuid(),
    kind: RepresentationKind,
    /** Who represents: keyed digest of the person's identifier, see `PrivacyLookup.digest`. */
    representative: z.string().length(43),
    /**
     * The representative's own address is confidential (base data): then nobody is represented. Absent: it is not, as the service
     * names nobody whose address is, or may be.
     */
    addressConfidential: z.boolean().optional(),
    /** Classes of data that it covers; absent: all. */
    classes: z.array(z.string()).readonly().optional(),
    validity: Validity,
  })
  .readonly()
export type Representation = z.infer<typeof Representation>

/** What base data say of the patient. Never worked out from the number. */
export const PersonFacts = z
  .object({
    /** `YYYY-MM-DD` */
    birthDate: z.iso.date(),
    /** Address is confidential [fortrolig, strengt fortrolig]: nobody represents and nothing geographic leaves without need. */
    addressConfidential: z.boolean(),
  })
  .readonly()
export type PersonFacts = z.infer<typeof PersonFacts>

/** What a node holds about one patient. Lists are in no particular order; what has ended may still be in them. */
export interface PrivacyView {
  /** The privacy service last confirmed that this is all (epoch milliseconds). */
  readonly asOfMs: number
  readonly blocks: readonly Block[]
  readonly consents: readonly Consent[]
  readonly reservations: readonly Reservation[]
  readonly representation: readonly Representation[]
  /** Absent where base data do not know the patient: then the address may be confidential, see `mayBeConfidential`. */
  readonly person?: PersonFacts
}

/** Looks up what is held, in memory. */
export interface PrivacyLookup {
  /** `UNKNOWN` where nothing has been received, or the last confirmation is older than 15 minutes. */
  view(patient: PatientIdentifier): PrivacyView | 'UNKNOWN'
  /** The digest that stands for a person in `Representation.representative`, at this organisation alone. */
  digest(person: PatientIdentifier): string
}
