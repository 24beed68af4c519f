import type { Coding, Questionnaire } from 'fhir/r4.js'

/** A made-up questionnaire about a day with COPD: choices with numbers, their sum, a weight and words of one's own. */
export const ADDRESS = 'https://kilde.example/fhir/Questionnaire/kols-dagen'
const CHOICES = 'https://kilde.example/fhir/CodeSystem/kols-dagen'
const FORMULAS = 'http://ehelse.no/scoringFormulas'
export const SCORE: Coding = { system: 'http://ehelse.no/Score', code: 'score', display: 'score' }
const ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue'

type Language = 'nb-NO' | 'nn-NO' | 'en-GB'

/** One questionnaire for each language, each with an address of its own, as Helsenorge has them. */
const TITLES: Readonly<Record<Language, string>> = {
  'nb-NO': 'Dagen min med KOLS',
  'nn-NO': 'Dagen min med KOLS (nynorsk)',
  'en-GB': 'My day with COPD',
}

export const QUESTIONS = [
  { linkId: '1.1', 'nb-NO': 'Tungpust', 'nn-NO': 'Tungpust', 'en-GB': 'Short of breath' },
  { linkId: '1.2', 'nb-NO': 'Hoste', 'nn-NO': 'Hoste', 'en-GB': 'Cough' },
  { linkId: '1.3', 'nb-NO': 'Slim', 'nn-NO': 'Slim', 'en-GB': 'Phlegm' },
  { linkId: '1.4', 'nb-NO': 'Søvn', 'nn-NO': 'Svevn', 'en-GB': 'Sleep' },
] as const

const DEGREES = [
  { 'nb-NO': 'Ikke plaget', 'nn-NO': 'Ikkje plaga', 'en-GB': 'Not at all' },
  { 'nb-NO': 'Litt plaget', 'nn-NO': 'Litt plaga', 'en-GB': 'A little' },
  { 'nb-NO': 'Mye plaget', 'nn-NO': 'Mykje plaga', 'en-GB': 'Very much' },
] as const

const TOTAL: Coding = { system: FORMULAS, code: 'TS', display: 'Totalscore' }
const SUM = { 'nb-NO': 'Sum', 'nn-NO': 'Sum', 'en-GB': 'Total' } as const
const WEIGHT = { 'nb-NO': 'Vekt', 'nn-NO': 'Vekt', 'en-GB': 'Weight' } as const
const WORDS = {
  'nb-NO': 'Noe mer du vil si?',
  'nn-NO': 'Noko meir du vil seie?',
  'en-GB': 'Anything else you want to say?',
} as const

/** A choice of 0 to 2, as its answer holds it. */
export const choiceOf = (degree: 0 | 1 | 2): Coding => ({
  ...{ system: CHOICES, code: String(degree), display: DEGREES[degree]['nb-NO'] },
})

export const definitions: readonly Questionnaire[] = (Object.keys(TITLES) as Language[]).map(
  (language): Questionnaire => ({
    resourceType: 'Questionnaire',
    id: `kols-dagen-${language}`,
    url: language === 'nb-NO' ? ADDRESS : `${ADDRESS}-${language}`,
    ...{ version: '1.2', name: 'KolsDagen', title: TITLES[language], status: 'active', language },
    code: [{ system: 'http://loinc.org', code: '74465-6' }],
    item: [
      {
        ...{ linkId: '1', type: 'group', text: TITLES[language] },
        item: QUESTIONS.map((question) => ({
          ...{ linkId: question.linkId, type: 'choice', text: question[language] },
          code: [{ system: FORMULAS, code: 'QS', display: 'Question score' }],
          answerOption: DEGREES.map((degree, value) => ({
            valueCoding: {
              extension: [{ url: ORDINAL, valueDecimal: value }],
              ...{ system: CHOICES, code: String(value), display: degree[language] },
            },
          })),
        })),
      },
      { linkId: '2', type: 'quantity', text: SUM[language], code: [SCORE, TOTAL] },
      { linkId: '3', type: 'quantity', text: WEIGHT[language] },
      { linkId: '4', type: 'text', text: WORDS[language] },
    ],
  }),
)
