import { kindOf } from '@kilde/contract'
import { textOf } from './answers.js'
import type { Definition } from './definition.js'
import type { AnswerElements, DefinitionItem } from './elements.js'
import type { Item } from './items.js'

/** Scores of Helsenorge's questionnaires (target-architecture B10): `TS` of the whole, `SS` of a section. */
const FORMULAS = 'http://ehelse.no/scoringFormulas'
const KINDS: Readonly<Record<string, 'TOTAL' | 'SECTION'>> = { TS: 'TOTAL', SS: 'SECTION' }
/** Unit of a score that a sum was calculated for. */
const SCORE = 'http://ehelse.no/Score'
/** Items that the questionnaire itself calculates: FHIR SDC, and Helsenorge's. */
const CALCULATED = /(sdc-questionnaire-calculatedExpression|sdf-calculatedExpression)$/

/** Scores as they were sent: calculated where the questionnaire was answered, and never here. */
export const scoresOf = (items: readonly Item[], definition: Definition | undefined) =>
  items.flatMap((item) => {
    const kind = kindOfScore(item, definition?.itemOf(item.linkId))
    if (!kind) return []
    return item.answer.flatMap(({ sent }) => {
      const value = numberOf(sent)
      const valueText = textOf(sent)
      if (value === undefined || valueText === undefined) return []
      const { linkId, text, code } = item
      return [{ kind, linkId, text, code, value, valueText }]
    })
  })

function kindOfScore(
  { answer }: Item,
  defined: DefinitionItem | undefined,
): 'TOTAL' | 'SECTION' | 'OTHER' | undefined {
  const codes = defined?.code ?? []
  const formula = codes.find(({ system }) => system === FORMULAS)?.code
  const kind = KINDS[formula ?? '']
  if (kind) return kind
  const isCalculated = defined?.extension?.some(({ url }) => CALCULATED.test(url))
  const isScore = codes.some(({ system }) => system === SCORE)
  const isOfTable = kindOf(codes) === 'QUESTIONNAIRE_SCORE'
  const isInScores = answer.some(({ sent }) => sent.valueQuantity?.system === SCORE)
  return isCalculated || isScore || isOfTable || isInScores ? 'OTHER' : undefined
}

function numberOf({ valueQuantity, valueDecimal, valueInteger }: AnswerElements) {
  const sent = valueQuantity?.value ?? valueDecimal ?? valueInteger
  return sent === undefined ? undefined : Number(sent)
}
