import { parseKeepingDigits } from '../../map/elements.js'
import type { RelatedResource } from '../../sources/source.js'
import { namesOfCanonical } from '../references.js'
import {
  type DefinitionElements,
  type DefinitionItem,
  type Extensions,
  type ResponseElements,
  readDefinition,
} from './elements.js'

/** A questionnaire as its response means it. */
export interface Definition {
  readonly elements: DefinitionElements
  /** The same in other languages. */
  readonly translations: readonly DefinitionElements[]
  readonly itemOf: (linkId: string) => DefinitionItem | undefined
}

/** The definition that a response names: contained, or held beside it. Undefined where none is held. */
export function definitionOf(
  { questionnaire = '', contained = [] }: Pick<ResponseElements, 'questionnaire' | 'contained'>,
  related: readonly RelatedResource[],
): Definition | undefined {
  const inside = contained.flatMap((resource) => readDefinition(resource) ?? [])
  const beside = related.flatMap(({ names, resource }) => {
    const elements = readDefinition(parseKeepingDigits(resource))
    return elements ? [{ names, elements }] : []
  })
  const named = namesOfCanonical(questionnaire)
  const elements = questionnaire.startsWith('#')
    ? inside.find(({ id }) => id === questionnaire.slice(1))
    : named.flatMap((name) => beside.find((one) => one.names.includes(name))?.elements ?? [])[0]
  if (!elements) return undefined
  const others = [...inside, ...beside.map((one) => one.elements)]
  const items = new Map(flat(elements.item ?? []).map((item) => [item.linkId, item]))
  return {
    elements,
    translations: others
      .filter((one) => one !== elements && isTranslation(one, elements))
      .toSorted((a, b) => compareLanguage(languageOf(a), languageOf(b))),
    itemOf: (linkId) => items.get(linkId),
  }
}

/** Helsenorge has a Questionnaire for each language, with an address of its own but the same name and version. */
const isTranslation = (one: DefinitionElements, of: DefinitionElements): boolean =>
  setOf(one) !== undefined && setOf(one) === setOf(of)

/** What the languages of one questionnaire have in common. */
export const setOf = ({
  name,
  version = '',
}: Pick<DefinitionElements, 'name' | 'version'>): string | undefined =>
  name === undefined ? undefined : `${name}|${version}`

const flat = (items: readonly DefinitionItem[]): readonly DefinitionItem[] =>
  items.flatMap((item) => [item, ...flat(item.item ?? [])])

/** Fields of the contract's Questionnaire. */
export function questionnaireOf(
  response: Pick<ResponseElements, 'questionnaire' | '_questionnaire'>,
  definition: Definition | undefined,
) {
  const { questionnaire, _questionnaire: beside } = response
  const { elements, translations = [] } = definition ?? {}
  const [url, version] = (questionnaire ?? '').split('|')
  const shown = beside?.extension?.find((one) => one.url === DISPLAY)?.valueString
  const isAddress = url !== '' && !url?.startsWith('#')
  return {
    canonical: questionnaire?.startsWith('#') ? undefined : questionnaire,
    url: elements?.url ?? (isAddress ? url : undefined),
    version: elements?.version ?? version,
    title: elements?.title ?? shown,
    titles: elements ? [elements, ...translations].flatMap(titlesOf) : [],
    code: (elements?.code ?? []).filter(({ code }) => code !== undefined),
    held: elements !== undefined,
  }
}

/** VKP and FHIR: what a reference is called. */
const DISPLAY = 'http://hl7.org/fhir/StructureDefinition/display'
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation'
const BCP47 = 'urn:ietf:bcp:47'

/** Each title with its language: the definition's own, and those that stand beside it as translations. */
function titlesOf(definition: DefinitionElements) {
  const { title, _title: beside } = definition
  const own = languageOf(definition)
  return [
    ...(title !== undefined && own !== undefined ? [{ language: own, text: title }] : []),
    ...translationsIn(beside?.extension),
  ]
}

const languageOf = ({ language, meta }: DefinitionElements): string | undefined =>
  language ?? meta?.tag?.find(({ system }) => system === BCP47)?.code

const compareLanguage = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

const translationsIn = (extension: Extensions) =>
  (extension ?? []).flatMap(({ url, extension: parts = [] }) => {
    const language = parts.find((one) => one.url === 'lang')?.valueCode
    const text = parts.find((one) => one.url === 'content')?.valueString
    if (url !== TRANSLATION || language === undefined || text === undefined) return []
    return [{ language, text }]
  })
