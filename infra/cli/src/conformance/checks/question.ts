import { MOST_LISTS, sharingSdl } from '@kilde/contract'
import { buildASTSchema, findBreakingChanges, parse } from 'graphql'
import { type Check, fail, verdict } from '../check.js'
import { at, hasData, named, textAt } from '../read.js'
import { type Refusal, refusal } from '../refused.js'
import type { Answer, Question } from '../tester.js'

const BAD = [400]

/** What is no question of one patient cannot be signed as one: an ordinary one is, where requesters must sign. */
const refused = ({ attempts, ...rest }: Refusal): Check =>
  refusal({
    ...rest,
    attempts: (tester) =>
      Object.fromEntries(
        Object.entries(attempts(tester)).map(([name, question]) => [
          name,
          { besideOrdinary: true, ...question },
        ]),
      ),
  })

const about = (selection: string, name = ''): string =>
  `query ${name}($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${selection} } }`
const LIST = 'observations(first: 3) { edges { node { id valueText } } complete }'

const deep = (levels: number): string =>
  `{ __type(name: "Query") { ${'fields { type { '.repeat(levels)} name ${'} } '.repeat(levels)} } }`

const many = (count: number, field: string): string =>
  Array.from({ length: count }, (_, index) => `f${index}: ${field}`).join(' ')

const rowsIn = (answer: Answer): string =>
  JSON.stringify(at(answer.json, 'data', 'patient', 'observations', 'edges'))

export const questionChecks: readonly Check[] = [
  {
    id: 'N-SDL-1',
    level: 'MUST',
    title: 'tells its contract as SDL, which takes nothing of ours away',
    run: async (tester) => {
      const answer = await tester.ask({ query: '{ _service { sdl } }', besideOrdinary: true })
      const sdl = textAt(answer.json, 'data', '_service', 'sdl')
      if (answer.status !== 200 || sdl === '') return fail(`no SDL (${named(answer)})`)
      try {
        const [ours, theirs] = [sharingSdl, sdl].map((text) =>
          buildASTSchema(parse(text), { assumeValidSDL: true }),
        )
        if (!ours || !theirs) return fail('no schema')
        return verdict(findBreakingChanges(ours, theirs).map(({ description }) => description))
      } catch {
        return fail('the SDL cannot be read')
      }
    },
  },
  refused({
    id: 'N-SDL-2',
    title: 'tells even its contract only to who has a token',
    status: [401],
    attempts: () => ({
      _service: { query: '{ _service { sdl } }', headers: { authorization: '' } },
    }),
  }),
  refused({
    id: 'N-Q-1',
    title: 'refuses a patient’s number that stands in the document',
    status: BAD,
    attempts: ({ setting }) => ({
      'a literal': {
        query: `query ($identifier: PatientIdentifier!) { patient(identifier: "${setting.patients.known}") { id ${LIST} } other: patient(identifier: $identifier) { id } }`,
      },
      'a literal alone': {
        query: `{ patient(identifier: "${setting.patients.known}") { ${LIST} } }`,
      },
    }),
  }),
  {
    id: 'N-Q-2',
    level: 'MUST',
    title: 'refuses a number that is none, and does not repeat it',
    run: async (tester) => {
      const [digits, letters] = ['12345678901', 'abc']
      const answers = []
      for (const patient of [digits, letters])
        answers.push(await tester.ask({ patient, besideOrdinary: true }))
      return verdict([
        ...answers.map((answer) => answer.status !== 400 && `answered ${named(answer)}`),
        answers.some(({ text }) => text.includes(digits)) && 'the number is repeated',
      ])
    },
  },
  refused({
    id: 'N-Q-3',
    title: 'answers about one patient at a time',
    status: BAD,
    attempts: () => ({
      'two names for `patient`': {
        query: `query ($identifier: PatientIdentifier!) { a: patient(identifier: $identifier) { ${LIST} } b: patient(identifier: $identifier) { ${LIST} } }`,
      },
    }),
  }),
  refused({
    id: 'N-Q-4',
    title: 'refuses documents of more than 20 levels',
    status: BAD,
    attempts: () => ({ 'deep introspection': { query: deep(15) } }),
  }),
  refused({
    id: 'N-Q-5',
    title: 'refuses more fields of `Patient` than the contract has',
    status: BAD,
    attempts: () => ({ 'an alias too many': { query: about(many(MOST_LISTS + 1, LIST)) } }),
  }),
  refused({
    id: 'N-Q-6',
    title: 'refuses documents of more than 5,000 tokens',
    status: BAD,
    attempts: () => ({ '6,000 fields': { query: about(many(6_000, 'id')) } }),
  }),
  refused({
    id: 'N-Q-7',
    title: 'answers queries alone',
    status: BAD,
    attempts: () => ({
      mutation: { query: 'mutation { __typename }' },
      subscription: { query: 'subscription { __typename }' },
    }),
  }),
  refused({
    id: 'N-Q-8',
    title: 'refuses documents and variables that are not of the contract',
    status: BAD,
    attempts: () => ({
      'a syntax error': { query: about(`${LIST} {`) },
      'an unknown field': { query: about(`${LIST} journal`) },
      'a variable of another type': {
        query: `query ($identifier: PatientIdentifier!, $first: Int) { patient(identifier: $identifier) { observations(first: $first) { edges { cursor } } } }`,
        variables: { first: 'many' },
      },
    }),
  }),
  refused({
    id: 'N-Q-9',
    title: 'wants to be told which of several operations is meant',
    status: BAD,
    attempts: () => ({
      'no name': { query: `${about(LIST, 'A')} ${about('id', 'B')}` },
      'another name': { query: about(LIST, 'A'), operationName: 'C' },
    }),
  }),
  {
    id: 'N-Q-10',
    level: 'MUST',
    title: 'answers alike whether a field is named directly, by alias or in a fragment',
    run: async (tester) => {
      const forms: readonly Question[] = [
        { query: about(LIST) },
        { query: `${about('...F')} fragment F on Patient { ${LIST} }` },
        { query: `${about(LIST, 'A')} ${about('id', 'B')}`, operationName: 'A' },
        { query: about(LIST.replace('observations', 'observations: observations')) },
      ]
      const answers = await Promise.all(forms.map((form) => tester.ask(form)))
      const wrong = answers.find(({ status }) => status !== 200)
      const rows = answers.map(rowsIn)
      return verdict([
        wrong && `answered ${named(wrong)}`,
        rows.some((one) => one !== rows[0]) && 'other rows for another form of the same question',
      ])
    },
  },
  {
    id: 'N-Q-11',
    level: 'MUST',
    title: 'gives of a row the selected fields alone, and skips what is not asked',
    run: async (tester) => {
      const query = `query ($identifier: PatientIdentifier!, $ask: Boolean!) { patient(identifier: $identifier) {
        m0: ${LIST} m1: name @include(if: $ask) { complete } } }`
      const answer = await tester.ask({ query, variables: { ask: false } })
      const patient = at(answer.json, 'data', 'patient')
      const keys = (value: unknown) =>
        Object.keys((value ?? {}) as object)
          .sort()
          .join(' ')
      const node = at(patient, 'm0', 'edges', 0, 'node')
      return verdict([
        !(answer.status === 200 && hasData(answer)) && `answered ${named(answer)}`,
        keys(patient) !== 'm0' && `\`Patient\` holds ${keys(patient)}`,
        keys(node) !== 'id valueText' && `a row holds ${keys(node)}`,
      ])
    },
  },
  {
    id: 'N-Q-12',
    level: 'MUST',
    title: 'gives a handle for the patient that is no number, and the same each time',
    run: async (tester) => {
      const query = about('id')
      const [one, two] = await Promise.all([tester.ask({ query }), tester.ask({ query })])
      const handle = textAt(one.json, 'data', 'patient', 'id')
      return verdict([
        handle === '' && `no handle (${named(one)})`,
        /\d{11}/.test(handle) && 'eleven digits in the handle',
        handle !== textAt(two.json, 'data', 'patient', 'id') && 'another handle the second time',
      ])
    },
  },
]
