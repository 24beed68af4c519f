import { createHash } from 'node:crypto'
import type { Access, Accesses } from './access-log.js'
import { accessorKindOf, outcomeOf } from './outcome.js'
import { type Telling, tell } from './sentence.js'
import { hiddenFields } from './visible.js'
import { classes, type Language, purposes, reasons, roles, type Words, wordsOf } from './words.js'

/** One entry as the contract's fields are made of it. */
export interface ReadAccess {
  readonly access: Accesses['rows'][number]
  readonly telling: Telling
}

interface InWords {
  readonly code: string
  readonly table: Readonly<Record<string, Words>>
}

interface Spoken {
  readonly language: Language
}

/** Fields of the contract's AccessLogEntry. Each runs only where it is selected. */
export const accessFields = {
  id: ({ access }: ReadAccess) => access.id,
  recorded: ({ access }: ReadAccess) => access.record.at,
  recordedBy: ({ access, telling }: ReadAccess) => [
    { organization: { number: telling.organization }, log: access.log.kind },
  ],
  text: ({ access, telling }: ReadAccess, { language }: Spoken) => tell(access, telling, language),
  who: (read: ReadAccess) => accessorOf(read),
  onBehalfOf: ({ access }: ReadAccess) => principalOf(access),
  purpose: ({ access: { record } }: ReadAccess) =>
    inWords('purpose' in record ? record.purpose : undefined, purposes),
  legalBasis: ({ access: { record } }: ReadAccess) =>
    'legalBasis' in record ? record.legalBasis : undefined,
  decision: (read: ReadAccess) => (isHidden(read, 'decision') ? undefined : decisionOf(read)),
  outcome: ({ access }: ReadAccess) => outcomeOf(access.record),
  reason: ({ access: { record } }: ReadAccess) =>
    inWords('code' in record ? record.code : undefined, reasons),
  classes: ({ access: { record } }: ReadAccess) =>
    'classes' in record ? record.classes.map((code) => inWords(code, classes)) : [],
  fields: (read: ReadAccess) => (isHidden(read, 'fields') ? [] : fieldsOf(read)),
  items: ({ access }: ReadAccess) => access.items,
  asked: (read: ReadAccess) => (isHidden(read, 'asked') ? [] : askedOf(read)),
  withheldFields: ({ access, telling }: ReadAccess) => [
    ...hiddenFields(access, telling.reader),
    ...(telling.withoutPlaces ? [WORDS] : []),
  ],
  trace: ({ access }: ReadAccess) => access.record.trace,
  requestId: ({ access }: ReadAccess) => access.record.requestId,
  receipt: ({ access }: ReadAccess) => receiptOf(access),
}

/** Fields of the contract's CodeInWords. */
export const wordFields = {
  text: ({ code, table }: InWords, { language }: Spoken) => wordsOf(table, code, language),
}

const inWords = (code: string | undefined, table: InWords['table']): InWords | undefined =>
  code === undefined ? undefined : { code, table }

const isHidden = ({ access, telling }: ReadAccess, field: string): boolean =>
  hiddenFields(access, telling.reader).includes(field)

const fieldsOf = ({ access: { record } }: ReadAccess): readonly string[] =>
  'fields' in record ? (record.fields ?? []) : []

const askedOf = ({ access: { record } }: ReadAccess) =>
  ('sources' in record ? (record.sources ?? []) : []).map((source) => ({
    organization: { number: source.organization },
    status: source.status,
    returned: source.returned ?? 0,
    reason: source.reason,
  }))

/** By name and role, never by number: neither the person's identity number nor the HPR number is told. */
function accessorOf(read: ReadAccess) {
  const { record } = read.access
  const { requester } = record
  const person = requester.kind === 'professional' ? requester : undefined
  const organization = requester.kind === 'citizen' ? undefined : requester.organization
  return {
    kind: accessorKindOf(record),
    name: requester.kind === 'system' || isHidden(read, 'who.name') ? undefined : requester.name,
    role: inWords(person?.authorization, roles),
    organization: reference(organization),
    ...(read.telling.withoutPlaces ? {} : placeOf(person)),
    client: requester.clientId,
  }
}

const placeOf = (person: Place | undefined) => ({
  pointOfCare: reference(person?.pointOfCare),
  department: person?.department,
})

interface Place {
  readonly pointOfCare?: string | undefined
  readonly department?: string | undefined
}

const reference = (number: string | undefined) => (number === undefined ? undefined : { number })

function principalOf({ record }: Access) {
  const { requester } = record
  if (requester.kind === 'citizen') return { isPatient: true }
  return requester.organization === undefined
    ? undefined
    : { isPatient: false, organization: { number: requester.organization } }
}

/** Why somebody decided to look, in that person's own words: these may name a place. */
const WORDS = 'decision.description'

function decisionOf({ access: { record }, telling }: ReadAccess) {
  const decision = 'decisionRef' in record ? record.decisionRef : undefined
  if (!decision || !telling.withoutPlaces) return decision
  const { description: _words, ...rest } = decision
  return rest
}

/** Without the leaf's input, which holds the whole record and with it numbers of persons. */
function receiptOf({ receipt }: Accesses['rows'][number]) {
  if (!receipt) return undefined
  const { leafIndex, entry, auditPath, treeHead } = receipt
  return {
    leafIndex,
    treeSize: treeHead.treeSize,
    leafHash: leafHashOf(entry),
    auditPath,
    rootHash: treeHead.rootHash,
    treeHead: treeHead.jws,
  }
}

/** RFC 6962 §2.1: a leaf's hash begins with a byte 0. */
const leafHashOf = (entry: string): string =>
  createHash('sha256')
    .update(Buffer.from([0]))
    .update(Buffer.from(entry, 'base64url'))
    .digest('base64url')
