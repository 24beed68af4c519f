import type { QuestionnaireResponse, QuestionnaireResponseItem } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import type { Neighbours } from '../../ingest/references.js'
import { authoredOf } from './times.js'

/** What FHIR R4 demands of a response and its JSON schema cannot say, and what is odd about it. */
export function checkResponse(
  response: QuestionnaireResponse,
  neighbours: Neighbours,
  at: string,
): readonly Issue[] {
  const { status, item = [] } = response
  return [
    // The schema cannot require a primitive: its extension may stand alone.
    ...(status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...checkTime(response, at),
    ...checkDefinition(response, neighbours, at),
    ...item.flatMap((one, index) => checkItem(one, `${at}.item[${index}]`)),
  ]
}

function checkTime(response: QuestionnaireResponse, at: string): readonly Issue[] {
  if (response.authored === undefined) {
    return [warning(at, 'has no authored: ordered by when it was received')]
  }
  if (authoredOf(response)) return []
  return [fault(`${at}.authored`, 'no time can be read', 'value')]
}

function checkDefinition(
  { questionnaire, contained }: QuestionnaireResponse,
  neighbours: Neighbours,
  at: string,
): readonly Issue[] {
  const place = `${at}.questionnaire`
  if (questionnaire === undefined) {
    return [warning(place, 'is absent: nobody can tell which questions were answered')]
  }
  if (neighbours.find(questionnaire, contained)) return []
  const text =
    'is not in this Bundle: its titles and scores are shown where it is held with the patient’s answers'
  return [{ severity: 'information', code: 'incomplete', text, expression: place }]
}

function checkItem(item: QuestionnaireResponseItem, at: string): readonly Issue[] {
  const { linkId, answer = [], item: below = [] } = item
  return [
    ...(linkId === undefined ? [fault(`${at}.linkId`, 'is required', 'required')] : []),
    ...(answer.length > 0 && below.length > 0
      ? [fault(at, 'has items beside its answers, not under them (qrs-1)', 'invariant')]
      : []),
    ...answer.flatMap((one, index) => checkAnswer(one, `${at}.answer[${index}]`)),
    ...below.flatMap((one, index) => checkItem(one, `${at}.item[${index}]`)),
  ]
}

type SentAnswer = NonNullable<QuestionnaireResponseItem['answer']>[number]

function checkAnswer(answer: SentAnswer, at: string): readonly Issue[] {
  const values = Object.keys(answer).filter((name) => /^value[A-Z]/.test(name))
  return [
    ...(values.length > 1
      ? [fault(`${at}.${values[1]}`, 'only one value[x] is allowed', 'structure')]
      : []),
    ...(answer.item ?? []).flatMap((one, index) => checkItem(one, `${at}.item[${index}]`)),
  ]
}
