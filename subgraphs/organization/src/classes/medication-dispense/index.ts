import type { MedicationDispense } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { assembleEach } from '../assemble-each.js'
import { contentOf } from '../content.js'
import { tokensOf } from '../measures.js'
import type { Resolvers, ResourceClass } from '../resource-class.js'
import { takeEach } from '../take.js'
import { dispenseFields, readDispenseRow } from './dispense.js'
import { readDispense } from './elements.js'
import { DISPENSE_EVENTS, eventOf, whenOf } from './events.js'
import { dispenseNeeds } from './needs.js'

/** What medicine dispensers and those who fill them handed out (docs/medicine-dispensers.md). */
export const medicationDispenses: ResourceClass = {
  name: 'MedicationDispense',
  words: { NB: 'medisinutleveringer', EN: 'medicines handed out' },
  leavable: ['note', 'device'],
  intake: takeEach<MedicationDispense>({
    types: ['MedicationDispense'],
    many: {
      type: 'MedicationDispense',
      timeOf: (resource) => whenOf(resource as MedicationDispense)?.startMs,
    },
    check,
    authorsOf: ({ performer = [] }) => performer.map(({ actor }) => actor),
  }),
  assemble: (resources) =>
    assembleEach(resources, {
      type: 'MedicationDispense',
      read: readDispense,
      facts: (elements) => {
        const {
          status,
          category,
          medicationCodeableConcept: medication,
          dosageInstruction,
        } = elements
        const event = eventOf(category)
        return {
          ...{ when: whenOf(elements), status, codes: tokensOf([category, medication]) },
          content: contentOf({
            ...{ status, event, dosage: dosageInstruction?.map(({ text }) => text) },
            category: tokensOf([category]),
            medication: tokensOf([medication]),
          }),
          facets: event === undefined ? {} : { event: [event] },
        }
      },
    }),
  view: {
    field: 'medicationDispenses',
    type: 'MedicationDispense',
    statuses: [
      ...['PREPARATION', 'IN_PROGRESS', 'CANCELLED', 'ON_HOLD', 'COMPLETED', 'ENTERED_IN_ERROR'],
      ...['STOPPED', 'DECLINED', 'UNKNOWN'],
    ],
    needs: dispenseNeeds,
    fromRelated: [],
    read: readDispenseRow,
    fields: dispenseFields as unknown as Resolvers,
    types: {},
  },
}

function check(dispense: MedicationDispense, at: string): readonly Issue[] {
  const { status, category, whenHandedOver, whenPrepared } = dispense
  const vkp = category?.coding?.some(({ system }) => system === DISPENSE_EVENTS)
  const when = whenOf(dispense)
  const sent = whenHandedOver ?? whenPrepared
  return [
    ...(status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...(vkp && eventOf(category) === undefined
      ? [warning(`${at}.category`, 'is none of VKP’s events: shown as it was sent')]
      : []),
    ...(sent !== undefined && when?.precision !== 'INSTANT' && when?.precision !== 'DATE'
      ? [
          fault(
            `${at}.${whenHandedOver === undefined ? 'whenPrepared' : 'whenHandedOver'}`,
            'no time can be read',
            'value',
          ),
        ]
      : []),
    ...(when ? [] : [warning(at, 'says no time: ordered by when it was received')]),
  ]
}
