import { convert, quantityText } from '../../map/quantity.js'
import { instant } from '../common-fields.js'
import type { AnswerElements, DefinitionElements, DefinitionItem, Extensions } from './elements.js'

/** One answer as the contract's resolvers know it. */
export interface Answer {
  readonly sent: AnswerElements
  /** Number that the questionnaire gives to the answer. */
  readonly score: number | undefined
  /** Policy leaves out what was written freely. */
  readonly isWithheld: boolean
}

interface UnitArgument {
  readonly unit: string
}

/** Fields of the contract's QuestionnaireAnswer. Each runs only where it is selected. */
export const answerFields = {
  text: (answer: Answer) => (answer.isWithheld ? undefined : textOf(answer.sent)),
  valueBoolean: ({ sent }: Answer) => sent.valueBoolean,
  valueDecimal: ({ sent }: Answer) =>
    sent.valueDecimal === undefined ? undefined : Number(sent.valueDecimal),
  valueInteger: ({ sent }: Answer) => sent.valueInteger,
  valueDate: ({ sent }: Answer) => sent.valueDate,
  valueDateTime: ({ sent }: Answer) => instant(sent.valueDateTime),
  valueTime: ({ sent }: Answer) => sent.valueTime,
  valueString: ({ sent, isWithheld }: Answer) => (isWithheld ? undefined : sent.valueString),
  valueUri: ({ sent, isWithheld }: Answer) => (isWithheld ? undefined : sent.valueUri),
  valueCoding: ({ sent: { valueCoding: coding } }: Answer) =>
    coding?.code === undefined ? undefined : coding,
  quantity: ({ sent }: Answer, { unit }: UnitArgument) => convert(sent.valueQuantity, unit),
  valueAttachment: ({ sent, isWithheld }: Answer) =>
    isWithheld ? undefined : sent.valueAttachment,
  score: ({ score }: Answer) => score,
} as const

/** As it was sent, in one text; of what a reference means its name alone, for its address may be of a person. */
export function textOf(sent: AnswerElements): string | undefined {
  const { valueQuantity, valueCoding, valueAttachment, valueReference } = sent
  if (valueQuantity) return quantityText(valueQuantity)
  if (valueCoding) return valueCoding.display ?? valueCoding.code
  if (valueAttachment) return valueAttachment.title
  if (valueReference) return valueReference.display
  const plain = sent.valueString ?? sent.valueDecimal ?? sent.valueInteger ?? sent.valueBoolean
  if (plain !== undefined) return String(plain)
  return sent.valueDate ?? sent.valueDateTime ?? sent.valueTime ?? sent.valueUri
}

/** Answers that somebody wrote in words of their own, or that name something freely. */
export const isFree = ({
  valueString,
  valueUri,
  valueAttachment,
  valueReference,
}: AnswerElements): boolean =>
  [valueString, valueUri, valueAttachment, valueReference].some((one) => one !== undefined)

/** The number of an answer: as the response says it, else as the definition gives it to that choice. */
export function scoreOf(
  { valueCoding, extension }: AnswerElements,
  item: DefinitionItem | undefined,
  definition: DefinitionElements | undefined,
): number | undefined {
  const own = numberIn(valueCoding?.extension) ?? numberIn(extension)
  if (own !== undefined || valueCoding?.code === undefined) return own
  const { code, system } = valueCoding
  const options = item?.answerOption?.flatMap((one) => one.valueCoding ?? []) ?? []
  const chosen = options.find(
    (one) => one.code === code && (one.system ?? system) === (system ?? one.system),
  )
  return numberIn(chosen?.extension) ?? numberIn(conceptIn(item, definition, code, system))
}

function conceptIn(
  { answerValueSet = '' }: Partial<DefinitionItem> = {},
  { contained = [] }: Partial<DefinitionElements> = {},
  code: string,
  system: string | undefined,
): Extensions {
  const set = contained.find(({ id }) => id !== undefined && `#${id}` === answerValueSet)
  const concepts = (set?.compose?.include ?? []).flatMap((one) =>
    system === undefined || one.system === undefined || one.system === system
      ? (one.concept ?? [])
      : [],
  )
  return concepts.find((one) => one.code === code)?.extension
}

/** FHIR R4 `ordinalValue`, and `itemWeight` of R5, which stands in R4 too. */
const NUMBERS: readonly string[] = [
  'http://hl7.org/fhir/StructureDefinition/ordinalValue',
  'http://hl7.org/fhir/StructureDefinition/itemWeight',
]

function numberIn(extension: Extensions): number | undefined {
  const found = extension?.find(({ url }) => NUMBERS.includes(url))?.valueDecimal
  return found === undefined ? undefined : Number(found)
}
