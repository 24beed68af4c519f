import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { partyOf } from '../authors.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { type Definition, definitionOf, questionnaireOf } from './definition.js'
import { type ResponseElements, readResponseElements } from './elements.js'
import { itemsOf } from './items.js'
import { scoresOf } from './scores.js'
import { authoredOf } from './times.js'

interface ReadResponse extends ReadRow {
  readonly elements: ResponseElements
  readonly definition: Definition | undefined
}

export function readResponse(row: ClassRow, context: MapContext): ReadResponse {
  const elements = readResponseElements(row.resource)
  const definition = definitionOf(elements, row.related)
  return { row, context, elements, definition, when: authoredOf(elements) }
}

const itemsIn = ({ elements, definition, context }: ReadResponse) =>
  itemsOf(elements.item ?? [], definition, context.leftOut?.includes('valueString') ?? false)

/** Fields of the contract's QuestionnaireResponse. Each runs only where it is selected. */
export const responseFields = {
  ...commonFields,
  questionnaire: ({ elements, definition }: ReadResponse) => questionnaireOf(elements, definition),
  authored: ({ elements }: ReadResponse) => instant(elements.authored),
  author: ({ elements }: ReadResponse) => partyOf(elements.author),
  source: ({ elements }: ReadResponse) => partyOf(elements.source),
  item: (read: ReadResponse) => itemsIn(read),
  score: (read: ReadResponse) => scoresOf(itemsIn(read), read.definition),
} as const

const NAMED = ['questionnaire', '_questionnaire', 'contained']

/** Which elements of the FHIR resource a field of the contract's QuestionnaireResponse is made of. */
export const responseNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['authored']),
  questionnaire: NAMED,
  authored: ['authored'],
  author: ['author'],
  source: ['source'],
  // `valueString` is no element of a response: who may not have free text is told so where answers are asked for.
  item: [...NAMED, 'item', 'valueString'],
  score: [...NAMED, 'item'],
}
