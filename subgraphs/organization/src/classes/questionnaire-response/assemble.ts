import { parseKeepingDigits } from '../../map/elements.js'
import { typeOfText } from '../assemble-each.js'
import { type ByName, indexByName } from '../by-name.js'
import { contentOf } from '../content.js'
import { heldRowOf } from '../held-row.js'
import { tokensOf } from '../measures.js'
import { canonicalOf, namesOfCanonical } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { textOf } from './answers.js'
import { type Definition, definitionOf, setOf } from './definition.js'
import { type ResponseElements, readDefinition, readResponseElements } from './elements.js'
import { type Item, itemsOf } from './items.js'
import { answeredAt } from './times.js'

/** Each response is a row; the definitions that it names, in all languages, belong to it. */
export function assembleResponses(resources: readonly HeldResource[]): Assembled {
  const responses = resources.filter((one) => typeOfText(one.resource) === 'QuestionnaireResponse')
  const mine = new Set(responses)
  const find = definitionsIn(resources.filter((one) => !mine.has(one)))
  const rows = responses.flatMap((one) => tryRow(one, find) ?? [])
  return { rows, dropped: responses.length - rows.length }
}

/** Definitions by name, each followed by those that are the same in other languages. */
function definitionsIn(definitions: readonly HeldResource[]): ByName<HeldResource> {
  const sets = new Map(definitions.map((one) => [one, setIn(one)]))
  const byName = indexByName(definitions, ({ names }) => names)
  const bySet = indexByName(definitions, (one) => sets.get(one) ?? [])
  return (names) => {
    const named = byName(names)
    return [...new Set([...named, ...bySet(named.flatMap((one) => sets.get(one) ?? []))])]
  }
}

function setIn({ resource }: HeldResource): readonly string[] {
  const elements = readDefinition(parseKeepingDigits(resource))
  const set = elements && setOf(elements)
  return set === undefined ? [] : [set]
}

function tryRow(resource: HeldResource, find: ByName<HeldResource>): HeldClassRow | undefined {
  try {
    const elements = readResponseElements(resource.resource)
    const { questionnaire, status, authored } = elements
    const related = questionnaire === undefined ? [] : find(namesOfCanonical(questionnaire))
    const definition = definitionOf(elements, related)
    const items = itemsOf(elements.item ?? [], definition, false)
    const codes = codesIn(items, definition)
    return heldRowOf(resource, related, {
      when: answeredAt(elements, resource.receivedMs),
      status,
      content: contentOf({ status, authored, items: items.map(said) }),
      facets: { questionnaire: addressesOf(elements, definition), code: codes },
      codes,
    })
  } catch {
    return undefined
  }
}

/** What an answer says, and where; words of the questions belong to the questionnaire. */
const said = ({ linkId, level, answer }: Item) => [
  linkId,
  level,
  answer.map(({ sent }) => sent.valueCoding?.code ?? textOf(sent)),
]

/** By which it is asked for: as the response names it, and as the definition calls itself. */
function addressesOf(
  { questionnaire }: ResponseElements,
  definition: Definition | undefined,
): readonly string[] {
  const { url, version } = definition?.elements ?? {}
  const own = url === undefined ? [] : namesOfCanonical(canonicalOf(url, version))
  return [...new Set([...(questionnaire ? namesOfCanonical(questionnaire) : []), ...own])]
}

/** Codes of the questionnaire, of its questions, and of coded answers. */
function codesIn(items: readonly Item[], definition: Definition | undefined): readonly string[] {
  const answers = items.flatMap(({ answer }) =>
    answer.flatMap(({ sent }) => sent.valueCoding ?? []),
  )
  const coding = [
    ...(definition?.elements.code ?? []),
    ...items.flatMap(({ code }) => code),
    ...answers,
  ]
  return tokensOf([{ coding }])
}
