import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { DemoPatient } from '@kilde/people'
import type { Bundle, FhirResource, Questionnaire, QuestionnaireResponse } from 'fhir/r4.js'
import { dataOf } from '../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { about, batchOf, sendBundle } from './send-bundle.js'
import { patientGateway, peopleOf, STARTING_MS } from './setting.js'

const data = dataFolder()

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ organizations: ['municipality'], settings: patientGateway })
}, STARTING_MS)
afterAll(() => network.stop())

const QUERY = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  questionnaireResponses(first: 100) {
    nodes {
      id identifier { system value } status effective effectivePrecision authored withheldFields
      questionnaire { canonical url version title titles { language text } code { code } held }
      author { display kind } source { display kind }
      item { place level parent parentAnswer linkId text code { code }
        answer { text valueBoolean valueDecimal valueInteger valueDate valueDateTime valueTime valueString valueUri
          valueCoding { code } quantity(unit: "kg") { text } valueAttachment { title } score } }
      score { kind linkId value valueText }
    }
    complete sources { dropped } } } }`

interface Responses {
  readonly nodes: readonly {
    readonly questionnaire: {
      readonly title: string | null
      readonly titles: readonly { readonly language: string }[]
      readonly held: boolean
    }
    readonly item: readonly {
      readonly linkId: string
      readonly answer: readonly { readonly text: string | null; readonly score: number | null }[]
    }[]
  }[]
  readonly complete: boolean
  readonly sources: readonly { readonly dropped: number }[]
}

async function responsesOf({ identifier }: DemoPatient): Promise<Responses> {
  const answer = await network.ask('nurse', QUERY, { identifier })
  return dataOf<{ patient: { questionnaireResponses: Responses } }>(answer).patient
    .questionnaireResponses
}

const [examples, form] = peopleOf(2) as [DemoPatient, DemoPatient]

const questionsIn = (items: QuestionnaireResponse['item'] = []): readonly string[] =>
  items.flatMap(({ linkId, item, answer = [] }) => [
    linkId,
    ...questionsIn(item),
    ...answer.flatMap((one) => questionsIn(one.item)),
  ])

/** A Questionnaire is about nobody. */
const ofPatient = ({ identifier }: DemoPatient, resource: FhirResource): FhirResource =>
  resource.resourceType === 'Questionnaire' ? resource : about(identifier, resource)

describe('questionnaires of FHIR R4 and of US Core', () => {
  const files = ['r4-spec', 'us-core'].flatMap((folder) =>
    data.files<FhirResource>(`fhir/small/${folder}`, /^Questionnaire(Response)?-/),
  )
  const responses = files.flatMap(([, resource]) =>
    resource.resourceType === 'QuestionnaireResponse' ? [resource] : [],
  )

  it('are all taken, each answer shown, with the numbers that choices have', async () => {
    const { status, entries } = await sendBundle(
      network,
      'municipality',
      batchOf(files.map(([, resource]) => ofPatient(examples, resource))),
    )
    expect(status).toBe(200)
    expect(entries.filter((one) => /^4/.test(one.status))).toEqual([])
    const { nodes, complete, sources } = await responsesOf(examples)
    expect([nodes.length, complete]).toEqual([responses.length, true])
    expect(sources.map(({ dropped }) => dropped)).toEqual([0])
    expect(nodes.flatMap(({ item }) => item).length).toBe(
      responses.flatMap(({ item }) => questionsIn(item)).length,
    )
    expect(nodes.filter(({ questionnaire }) => questionnaire.held).length).toBeGreaterThan(5)
    const numbers = nodes.flatMap(({ item }) => item.flatMap(({ answer }) => answer))
    expect(numbers.filter(({ score }) => score !== null).length).toBeGreaterThan(2)
  })
})

describe('a form of Helsenorge', () => {
  const of = (name: string): FhirResource =>
    data.files<FhirResource>(
      'no/questionnaire',
      new RegExp(`^${name}\\.json$`),
    )[0]?.[1] as FhirResource

  it('keeps its 116 questions, with its definitions in two languages beside it', async () => {
    const definitions =
      (of('refero_actions_genereateQuestionnaireResponse_q') as Bundle).entry ?? []
    const response = of('refero_actions_genereateQuestionnaireResponse_qr') as QuestionnaireResponse
    const sent = {
      ...response,
      ...{ subject: { identifier: { value: form.identifier } }, authored: '2026-03-01' },
    }
    const all = [sent, ...definitions.flatMap(({ resource }) => resource ?? [])]
    const { entries } = await sendBundle(
      network,
      'municipality',
      batchOf(all.map((resource) => ofPatient(form, resource as FhirResource))),
    )
    expect(entries.map(({ status }) => status)).toEqual(all.map(() => '201 Created'))
    const [shown] = (await responsesOf(form)).nodes
    expect(shown?.item.map(({ linkId }) => linkId).toSorted()).toEqual(
      [...questionsIn(response.item)].toSorted(),
    )
    expect(shown?.questionnaire).toMatchObject({
      title: (all[1] as Questionnaire).title,
      titles: [{ language: 'nb-NO' }, { language: 'en-GB' }],
      held: true,
    })
  })

  it.each([
    'structor_HSO_pakjenning-v2\\.0\\.7',
    'structor_Hdir_mental_abc-nb-NO-v0\\.08',
    'refero_components_scoring_section-score_q',
  ])(
    'is used for nothing where nobody has answered it, or refused by element: %s',
    async (name) => {
      const file = of(name)
      const forms = file.resourceType === 'Bundle' ? (file.entry ?? []) : [{ resource: file }]
      const { entries } = await sendBundle(
        network,
        'municipality',
        batchOf(forms.flatMap(({ resource }) => (resource as FhirResource | undefined) ?? [])),
      )
      for (const { status, issues } of entries) {
        const said = status === '200 OK' ? /^information / : /^error structure: resource\.\S+ /
        expect(issues).toEqual([expect.stringMatching(said)])
      }
    },
  )
})
