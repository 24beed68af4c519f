import { expect, it } from '@jest/globals'
import { registrySdl } from '@kilde/contract'
import { executableRegistry } from '../src/index.js'
import { fjordheim, organization, solvik, solvikCentre, state, subUnit } from './kit.js'

const registry = executableRegistry(registrySdl)
const context = {
  state: state({
    organizations: [
      organization(fjordheim, { successor: solvik, state: 'PAUSED', kind: 'HOSPITAL' }),
      subUnit(solvikCentre, solvik),
      organization(solvik, { name: 'Solvik kommune', kind: 'MUNICIPALITY' }),
    ],
  }),
}

async function ask(query: string, variables: Readonly<Record<string, unknown>> = {}) {
  return JSON.parse(
    JSON.stringify(await registry.execute({ query, variables }, context)),
  ) as unknown
}

it('answers references of other subgraphs, also to organisations that it does not know', async () => {
  const query = `query ($refs: [_Any!]!) {
    _entities(representations: $refs) {
      ... on Organization { __typename number name kind state dataClasses parent { name } successor { name } }
    }
  }`
  const refs = [fjordheim, solvikCentre, '310000809', fjordheim].map((number) => ({
    __typename: 'Organization',
    number,
  }))
  const hospital = {
    __typename: 'Organization',
    number: fjordheim,
    name: `Organisation ${fjordheim}`,
    kind: 'HOSPITAL',
    state: 'PAUSED',
    dataClasses: ['Observation'],
    parent: null,
    successor: { name: 'Solvik kommune' },
  }
  expect(await ask(query, { refs })).toEqual({
    data: {
      _entities: [
        hospital,
        {
          __typename: 'Organization',
          number: solvikCentre,
          name: `Unit ${solvikCentre}`,
          kind: 'OTHER',
          state: 'ACTIVE',
          dataClasses: [],
          parent: { name: 'Solvik kommune' },
          successor: null,
        },
        {
          __typename: 'Organization',
          number: '310000809',
          name: null,
          kind: null,
          state: null,
          dataClasses: [],
          parent: null,
          successor: null,
        },
        hospital,
      ],
    },
  })
})

it('finds one organisation, or null, and lists all by number', async () => {
  const query = `query ($known: OrganizationNumber!) {
    known: organization(number: $known) { name }
    unknown: organization(number: "310000809") { name }
    organizations { number }
  }`
  expect(await ask(query, { known: solvik })).toEqual({
    data: {
      known: { name: 'Solvik kommune' },
      unknown: null,
      organizations: [{ number: solvik }, { number: solvikCentre }, { number: fjordheim }],
    },
  })
})

it('answers from the state that it is given with each question', async () => {
  const query = '{ organizations { number } }'
  const next = { state: { ...context.state, organizations: [organization(fjordheim)] } }
  expect((await registry.execute({ query }, next)).data?.['organizations']).toEqual([
    { number: fjordheim },
  ])
  expect((await registry.execute({ query }, context)).data?.['organizations']).toHaveLength(3)
})

it('refuses a number without a right check digit, a syntax error and an unknown field', async () => {
  const messages = async (query: string): Promise<readonly string[] | undefined> =>
    (await registry.execute({ query }, context)).errors?.map(({ message }) => message)
  expect(await messages('{ organization(number: "310000109") { name } }')).toEqual([
    expect.stringContaining('An organisation number has 9 digits, the last a check digit.'),
  ])
  expect(await messages('{ organizations {')).toEqual([expect.stringContaining('Syntax Error')])
  expect(await messages('{ patients }')).toEqual(['Cannot query field "patients" on type "Query".'])
  expect(await messages(`{ organizations { ${'number '.repeat(3_000)} } }`)).toEqual([
    expect.stringMatching(/more tha[nt] 2000 tokens/),
  ])
})
