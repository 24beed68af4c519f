import { OrganizationNumber } from '@kilde/catalogue'
import { z } from 'zod'
import { Block, Consent, PersonFacts, Representation, Reservation } from '../types.js'

/** What the privacy service, nodes and patients agree on. */
export const privacyAudience = 'kilde:privacy'
export const privacyScopes = {
  /** Nodes: the settings that concern them. */
  follow: 'kilde:privacy/follow',
  /** Citizens: their own settings, or those of whom they represent. */
  own: 'kilde:privacy/own',
  /** Systems that hand over what persons have stated elsewhere, e.g. Personvernkomponenten. */
  import: 'kilde:privacy/import',
} as const
export const privacyPaths = {
  stream: '/feed/stream',
  acknowledge: '/feed/ack',
  graphql: '/graphql',
  fhir: '/fhir',
  import: '/fhir/import',
} as const

export const feedEvents = { entries: 'entries', confirmation: 'confirmation' } as const
/** `<name>;<instance>` of the process that follows. */
export const nodeHeader = 'kilde-follower'
/** The mark that a node holds, for catching up; absent: everything is sent. */
export const markHeader = 'kilde-mark'

/** A place in the service's history: so many changes, and the digest of which they were. */
export const Mark = z
  .object({ version: z.int().min(0), tag: z.string().regex(/^[\w-]{43}$/) })
  .readonly()
export type Mark = z.infer<typeof Mark>

export const markText = ({ version, tag }: Mark): string => `${version}.${tag}`

/** Undefined where it is none. */
export function readMark(text: string | undefined): Mark | undefined {
  const [version, tag] = (text ?? '').split('.')
  return Mark.safeParse({ version: Number(version), tag }).data
}

const signed = {
  organization: OrganizationNumber,
  issuedAt: z.iso.datetime(),
  /** What base data say of persons is as of this instant, whenever it was sent; absent: not known. */
  baseDataAsOf: z.iso.datetime({ offset: true }).optional(),
} as const

/** Changed entries for one organisation. Without `after` these are all that there are. */
export const Entries = z
  .object({
    ...signed,
    after: Mark.optional(),
    mark: Mark,
    /** By digest: the sealed entry, or null where nothing is held any more. */
    entries: z.record(z.string().length(43), z.string().nullable()),
  })
  .readonly()
export type Entries = z.infer<typeof Entries>

/** The service's word that a mark is still the present one. */
export const Confirmation = z.object({ ...signed, mark: Mark }).readonly()
export type Confirmation = z.infer<typeof Confirmation>

export const ENTRIES_TYPE = 'kilde-privacy-entries+jwt'
export const CONFIRMATION_TYPE = 'kilde-privacy-confirmation+jwt'

/** What a sealed entry holds. */
export const Entry = z
  .object({
    blocks: z.array(Block).readonly(),
    consents: z.array(Consent).readonly(),
    reservations: z.array(Reservation).readonly(),
    representation: z.array(Representation).readonly(),
    person: PersonFacts.optional(),
  })
  .readonly()
export type Entry = z.infer<typeof Entry>

/** A node's word that its next decision goes by this version. */
export const Acknowledgement = z
  .object({ instance: z.uuid(), organization: OrganizationNumber, version: z.int().min(0) })
  .readonly()
