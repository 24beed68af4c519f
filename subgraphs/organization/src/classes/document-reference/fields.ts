import { toConcept, toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { kindOf } from '../authors.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { type Parties, readParties } from '../parties.js'
import { type DocumentElements, readDocumentElements } from './elements.js'
import { wordsOf } from './note-text.js'
import { relationsOf } from './relations.js'
import { writtenAt } from './times.js'

interface ReadDocument extends ReadRow {
  readonly elements: DocumentElements
  readonly parties: Parties
}

/** @throws where the document is not what FHIR R4 says: it is dropped alone */
export function readDocument(row: ClassRow, context: MapContext): ReadDocument {
  const elements = readDocumentElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  return { row, elements, parties, when: writtenAt(elements), context }
}

/** Fields of the contract's DocumentReference. Each runs only where it is selected. */
export const documentFields = {
  ...commonFields,
  identifier: ({ elements: { masterIdentifier, identifier = [] } }: ReadDocument) =>
    [...(masterIdentifier ? [masterIdentifier] : []), ...identifier].filter(
      ({ value }) => value !== undefined,
    ),
  docStatus: ({ elements }: ReadDocument) => STAGES[elements.docStatus ?? ''],
  type: ({ elements: { type } }: ReadDocument) => type && toConcept(type),
  category: ({ elements }: ReadDocument) => toConcepts(elements.category),
  description: ({ elements }: ReadDocument) => elements.description,
  author: (read: ReadDocument) => authorsOf(read),
  authenticator: ({ elements, parties }: ReadDocument) => parties.partyOf(elements.authenticator),
  custodian: ({ elements, parties }: ReadDocument) => parties.partyOf(elements.custodian),
  serviceStart: ({ elements: { context } }: ReadDocument) => instant(context?.period?.start),
  serviceEnd: ({ elements: { context } }: ReadDocument) =>
    context?.period?.end === undefined ? undefined : endOf(context.period.end),
  event: ({ elements: { context } }: ReadDocument) => toConcepts(context?.event),
  practiceSetting: ({ elements: { context } }: ReadDocument) =>
    context?.practiceSetting && toConcept(context.practiceSetting),
  relatesTo: ({ elements }: ReadDocument) => relationsOf(elements),
  securityLabel: ({ elements }: ReadDocument) => toConcepts(elements.securityLabel),
  attachment: (read: ReadDocument) => attachmentsOf(read),
} as const

const STAGES: Readonly<Record<string, string>> = {
  preliminary: 'PRELIMINARY',
  final: 'FINAL',
  amended: 'AMENDED',
  'entered-in-error': 'ENTERED_IN_ERROR',
}

/** The patient is whom the whole answer is about, and needs no name in it. */
const authorsOf = ({ elements: { author = [] }, parties }: ReadDocument) =>
  author.flatMap((one) => {
    const kind = kindOf(one) ?? 'UNKNOWN'
    const party =
      kind === 'PATIENT' ? { display: undefined, organization: undefined } : parties.partyOf(one)
    return party ? [{ party, kind }] : []
  })

function attachmentsOf({ elements: { content = [] }, context }: ReadDocument) {
  // Not an element of its own: who may not have the words is told so here.
  const isWithheld = context.leftOut?.includes('text') ?? false
  return content.flatMap(({ attachment, format }) => {
    if (!attachment) return []
    const { title, contentType, language, size, creation } = attachment
    return [
      {
        ...{ title: isWithheld ? undefined : title, contentType, language, size },
        created: instant(creation),
        format: format && toConcept({ coding: [format] }),
        text: isWithheld ? undefined : wordsOf(attachment),
      },
    ]
  })
}

const TIMES = ['date', 'context', 'meta']

/** Which elements of the FHIR resource a field is made of. */
export const documentNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  identifier: ['identifier', 'masterIdentifier'],
  docStatus: ['docStatus'],
  type: ['type'],
  category: ['category'],
  description: ['description'],
  author: ['author', 'contained'],
  authenticator: ['authenticator', 'contained'],
  custodian: ['custodian', 'contained'],
  serviceStart: ['context'],
  serviceEnd: ['context'],
  event: ['context'],
  practiceSetting: ['context'],
  relatesTo: ['relatesTo'],
  securityLabel: ['securityLabel'],
  // `text`: its words, which profiles may leave out.
  attachment: ['content', 'text'],
}
