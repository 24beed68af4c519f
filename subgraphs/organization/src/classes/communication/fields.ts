import { toConcept, toConcepts } from '../../map/concept.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { assembleEach } from '../assemble-each.js'
import { kindOf } from '../authors.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { contentOf } from '../content.js'
import { tokensOf } from '../measures.js'
import { type Parties, readParties } from '../parties.js'
import type { Reference } from '../party-elements.js'
import type { Assembled, HeldResource } from '../resource-class.js'
import { type CommunicationElements, readCommunicationElements } from './elements.js'
import { timeOf } from './times.js'

interface ReadCommunication extends ReadRow {
  readonly elements: CommunicationElements
  readonly parties: Parties
}

/** Each Communication is a row. */
export const assembleCommunications = (resources: readonly HeldResource[]): Assembled =>
  assembleEach(resources, {
    type: 'Communication',
    read: readCommunicationElements,
    facts: (elements) => {
      const { status, sent, received, category = [], topic, medium = [] } = elements
      const coded = [...category, ...(topic ? [topic] : []), ...medium]
      return {
        when: timeOf(elements),
        status,
        content: contentOf({
          ...{ status, sent, received, coded: coded.map((one) => tokensOf([one])) },
        }),
        facets: { sentBy: [(elements.sender && kindOf(elements.sender)) ?? 'UNKNOWN'] },
        codes: tokensOf(coded),
      }
    },
  })

/** @throws where the message is not what FHIR R4 says: it is dropped alone */
export function readCommunication(row: ClassRow, context: MapContext): ReadCommunication {
  const elements = readCommunicationElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  return { row, elements, parties, when: timeOf(elements), context }
}

/** Fields of the contract's Communication. Each runs only where it is selected. */
export const communicationFields = {
  ...commonFields,
  category: ({ elements }: ReadCommunication) => toConcepts(elements.category),
  topic: ({ elements: { topic } }: ReadCommunication) => topic && toConcept(topic),
  medium: ({ elements }: ReadCommunication) => toConcepts(elements.medium),
  priority: ({ elements }: ReadCommunication) => PRIORITIES[elements.priority ?? ''],
  statusReason: ({ elements: { statusReason: reason } }: ReadCommunication) =>
    reason && toConcept(reason),
  sent: ({ elements }: ReadCommunication) => instant(elements.sent),
  received: ({ elements }: ReadCommunication) => instant(elements.received),
  sentBy: ({ row }: ReadCommunication) => row.facets['sentBy']?.[0],
  sender: ({ elements, parties }: ReadCommunication) => shown(elements.sender, parties),
  recipient: ({ elements, parties }: ReadCommunication) =>
    (elements.recipient ?? []).flatMap((one) => shown(one, parties) ?? []),
} as const

const PRIORITIES: Readonly<Record<string, string>> = {
  routine: 'ROUTINE',
  urgent: 'URGENT',
  asap: 'ASAP',
  stat: 'STAT',
}

const TIMES = ['sent', 'received', 'meta']

/** Which elements of the FHIR resource a field is made of. */
export const communicationNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  category: ['category'],
  topic: ['topic'],
  medium: ['medium'],
  priority: ['priority'],
  statusReason: ['statusReason'],
  sent: ['sent'],
  received: ['received'],
  sentBy: [],
  sender: ['sender', 'contained'],
  recipient: ['recipient', 'contained'],
}

/** The patient is whom the whole answer is about, and needs no name in it: `sentBy` tells. */
const shown = (reference: Reference | undefined, parties: Parties) =>
  reference && kindOf(reference) !== 'PATIENT' ? parties.partyOf(reference) : undefined
