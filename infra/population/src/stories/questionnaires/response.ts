import type { DemoPatient } from '@kilde/people'
import type { Bundle, BundleEntry, FhirResource, QuestionnaireResponse } from 'fhir/r4.js'
import { controllerOf, type Place, personOf } from '../../fhir/parties.js'
import { ADDRESS, choiceOf, definitions, QUESTIONS, SCORE } from './definition.js'

/** What was answered; everything else follows from whom and where. */
export interface AnswerText {
  /** Unique at the organisation, e.g. `kols-dagen-1`. */
  readonly key: string
  readonly authored: string
  /** One choice for each question. */
  readonly choices: readonly (0 | 1 | 2)[]
  readonly kg?: string
  readonly words?: string
  readonly version?: number
  readonly status?: QuestionnaireResponse['status']
  /** Asked on the telephone, and put down by staff. */
  readonly byStaff?: boolean
}

/** Answers to the questionnaire as FHIR, with its definitions beside them. */
export function responseBundle(
  patient: DemoPatient,
  place: Place,
  texts: readonly AnswerText[],
): Bundle {
  const responses = texts.map((text) => responseOf(patient, place, text))
  const entry = [...responses, ...definitions].map(entryOf)
  return { resourceType: 'Bundle', type: 'transaction', entry }
}

function responseOf(patient: DemoPatient, place: Place, text: AnswerText): QuestionnaireResponse {
  const { key, authored, choices, version = 1, status = 'completed', byStaff = false } = text
  const subject = personOf('Patient', patient.identifier, patient.name)
  return {
    resourceType: 'QuestionnaireResponse',
    id: key,
    meta: { versionId: String(version), lastUpdated: authored },
    identifier: {
      system: `https://kilde.example/namingsystem/${place.organization.number}/response`,
      value: key,
    },
    questionnaire: `${ADDRESS}|1.2`,
    ...{ status, subject, authored, source: subject },
    author: byStaff ? place.staff : controllerOf(place.organization),
    item: [
      {
        linkId: '1',
        item: QUESTIONS.map((question, at) => ({
          ...{ linkId: question.linkId, text: question['nb-NO'] },
          answer: [{ valueCoding: choiceOf(choices[at] ?? 0) }],
        })),
      },
      { linkId: '2', text: 'Sum', answer: [{ valueQuantity: scoreOf(choices) }] },
      ...(text.kg === undefined ? [] : [weightOf(text.kg)]),
      ...(text.words === undefined
        ? []
        : [{ linkId: '4', text: 'Noe mer du vil si?', answer: [{ valueString: text.words }] }]),
    ],
  }
}

const scoreOf = (choices: readonly number[]) => ({
  value: choices.reduce((sum, one) => sum + one, 0),
  ...{ unit: 'score', system: SCORE.system ?? '', code: 'score' },
})

const weightOf = (kg: string) => ({
  ...{ linkId: '3', text: 'Vekt' },
  answer: [
    {
      valueQuantity: {
        value: Number(kg),
        unit: 'kg',
        system: 'http://unitsofmeasure.org',
        code: 'kg',
      },
    },
  ],
})

/** PUT under the sender's own id: sent again, it changes nothing. */
function entryOf(resource: FhirResource): BundleEntry {
  const url = `${resource.resourceType}/${resource.id ?? ''}`
  return { fullUrl: `https://kilde.example/fhir/${url}`, resource, request: { method: 'PUT', url } }
}
