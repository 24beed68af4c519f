import { redactNumbers } from '@kilde/service'
import { publicJwk } from '@kilde/trust'
import { z } from 'zod'
import { Instant } from './instant.js'
import { OrganizationNumber } from './organization-number.js'

/** Text of the catalogue is public and goes into logs: no field takes what could be a national identity number. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => redactNumbers(text) === text, 'must not hold a person number')

const Endpoint = z
  .url({ protocol: /^https?$/, error: 'is no http or https address' })
  .max(500)
  .refine(isPlainBase, 'must be a base address without user, query or fragment')
  .refine((url) => redactNumbers(url) === url, 'must not hold a person number')
  .transform((url) => url.replace(/\/+$/, ''))

const DataClass = z.string().regex(/^[A-Z][A-Za-z]{0,63}$/, 'is no data class, e.g. Observation')
const Purpose = z.string().regex(/^[A-Z]{2,16}$/, 'is no purpose of use, e.g. TREAT')

/** A code of code system 9060, e.g. `LE`. */
const Role = z.string().regex(/^[A-Z]{2}\d?$/, 'is no code of code system 9060, e.g. LE')

const supplier = {
  organization: OrganizationNumber,
  validFrom: Instant,
  validTo: Instant.optional(),
}

const assistants = {
  /** The only classes that they may read. */
  dataClasses: z.array(DataClass).min(1).max(50).readonly(),
  /** The clinician who answers for them, by HPR number and name. */
  clinician: z.object({ hprNumber: z.string().regex(/^\d{4,9}$/), name: words(200) }).readonly(),
}

const organization = {
  /** Its number; agreements and memberships name legal entities by theirs. */
  number: OrganizationNumber,
  name: words(200),
  kind: z.enum(['MUNICIPALITY', 'HOSPITAL', 'GP', 'PRIVATE', 'OTHER']),
  /** The legal entity, where this is a sub-unit. A sub-unit shares nothing by itself. */
  parent: OrganizationNumber.optional(),
  /** Base URL; GraphQL is at `<endpoint>/graphql`. Required with data classes. */
  endpoint: Endpoint.optional(),
  /** Base URLs that answer as `endpoint` does, from the same data. A gateway may ask them in its place. */
  replicas: z.array(Endpoint).max(5).readonly().optional(),
  /** Audience of access tokens for it. Default `kilde:organization:<number>`. */
  audience: words(200).optional(),
  /** Classes of data that it shares, e.g. `Observation`. */
  dataClasses: z.array(DataClass).max(50).readonly(),
  contractVersion: z.string().regex(/^\d{1,4}\.\d{1,4}$/, 'is no version, e.g. 1.0'),
  state: z.enum(['ACTIVE', 'DRAINING', 'PAUSED']),
  servesCitizens: z.boolean(),
  /** Who must have signed what it is asked: the gateway (the default), or the requester (docs/signed-requests.md). */
  requestSignature: z.enum(['GATEWAY', 'REQUESTER']).optional(),
  /** Public keys that sign its answers (P-256): the current one, and those of answers that are still being looked at. */
  pageKeys: z.array(publicJwk).max(5).readonly().optional(),
  /** Set when the organisation is closed or merged: who holds its data now. */
  successor: OrganizationNumber.optional(),
  /** Suppliers whose clients may act for it [delegering, Altinn]. Without an entry a supplier's client gets nothing. */
  suppliers: z.array(z.object(supplier).readonly()).max(100).readonly().optional(),
}

const agreement = {
  id: words(64).regex(/^[A-Za-z0-9._-]+$/, 'takes letters, digits and . _ -'),
  consumer: OrganizationNumber,
  provider: OrganizationNumber,
  dataClasses: z.array(DataClass).min(1).max(50).readonly(),
  purposes: z.array(Purpose).min(1).max(20).readonly(),
  /** Codes of `purpose_of_use_details` that it opens for. Default: any, and none. */
  purposeDetails: z.array(words(100)).min(1).max(50).readonly().optional(),
  /** Personnel categories (code system 9060) that it opens for. Default: all health personnel with an HPR number. */
  roles: z.array(Role).min(1).max(50).readonly().optional(),
  /** Opens for personnel without HPR number too, under a clinician of the consumer. Default: not at all. */
  assistants: z.object(assistants).readonly().optional(),
  /** The law that gives access, e.g. `helsepersonelloven § 45`. */
  legalBasis: words(500),
  /** Reference to the risk assessment that both parties hold. */
  riskAssessment: words(500),
  validFrom: Instant,
  /** Open-ended without it. A bare date counts to the end of that day. */
  validTo: Instant.optional(),
}

const membership = {
  organization: OrganizationNumber,
  /** Terms of the trust anchor that it has accepted. Without one it takes no part yet. */
  acceptedTerms: z
    .array(z.object({ version: words(64), date: Instant }).readonly())
    .max(100)
    .readonly(),
  validFrom: Instant,
  validTo: Instant.optional(),
}

export const OrganizationEntry = z.object(organization).readonly()
export const Agreement = z.object(agreement).readonly()
export const Membership = z.object(membership).readonly()

const content = {
  organizations: z.array(OrganizationEntry).max(20_000).readonly(),
  agreements: z.array(Agreement).max(200_000).readonly(),
  memberships: z.array(Membership).max(20_000).readonly(),
}

/** What the registry knows, without version and date. */
export const CatalogueContent = z.object(content).readonly()

/** What the registry signs. Fields that a newer registry adds are dropped here, so that older followers go on. */
export const CatalogueState = z
  .object({
    /** Grows by at least one with every change; never goes back. */
    version: z.number().int().min(0),
    /** When it was signed. It is signed anew all the time, so this tells that the registry still stands by it. */
    issuedAt: z.iso.datetime(),
    ...content,
  })
  .readonly()

// From people: an unknown field is a typing error and is named.
export const OrganizationInput = z.strictObject(organization).readonly()
export const AgreementInput = z.strictObject(agreement).readonly()
export const MembershipInput = z.strictObject(membership).readonly()
/** A whole state from a file or an import. `version`, where given, is the least that the next version may be. */
export const StateInput = z
  .strictObject({
    version: z.number().int().min(0).optional(),
    issuedAt: z.iso.datetime().optional(),
    organizations: z.array(OrganizationInput).max(20_000).readonly(),
    agreements: z.array(AgreementInput).max(200_000).readonly(),
    memberships: z.array(MembershipInput).max(20_000).readonly(),
  })
  .readonly()

export type OrganizationEntry = z.infer<typeof OrganizationEntry>
export type Agreement = z.infer<typeof Agreement>
export type Membership = z.infer<typeof Membership>
export type CatalogueContent = z.infer<typeof CatalogueContent>
export type CatalogueState = z.infer<typeof CatalogueState>
export type OrganizationInput = z.infer<typeof OrganizationInput>
export type AgreementInput = z.infer<typeof AgreementInput>
export type MembershipInput = z.infer<typeof MembershipInput>
export type StateInput = z.infer<typeof StateInput>

/** Audience of access tokens for an organisation. */
export function audienceOf(entry: OrganizationEntry): string {
  return entry.audience ?? `kilde:organization:${entry.number}`
}

function isPlainBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}
