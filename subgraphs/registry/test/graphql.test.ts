import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { content, createWorld, fjordheim, solvik, type World } from './kit.js'

let world: World
let url: string
beforeAll(async () => {
  world = await createWorld()
  ;({ url } = await world.registry())
  await (await world.admin()).importState(content)
})
afterAll(() => world.end())

async function ask(body: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, answer: (await response.json()) as unknown }
}

function refused(message: unknown): object {
  return {
    status: 400,
    answer: { errors: [{ message, extensions: { code: 'REGISTRY_QUERY' } }] },
  }
}

it('the registry subgraph answers over HTTP without a token', async () => {
  const query =
    'query ($number: OrganizationNumber!) { organization(number: $number) { name state } }'
  expect(await ask({ query, variables: { number: fjordheim } })).toEqual({
    status: 200,
    answer: { data: { organization: { name: `Organisation ${fjordheim}`, state: 'ACTIVE' } } },
  })
})

it('a removed organisation is null in the next answer', async () => {
  const admin = await world.admin()
  await admin.removeOrganization(fjordheim)
  expect(await ask({ query: '{ organizations { number } }' })).toEqual({
    status: 200,
    answer: { data: { organizations: [{ number: solvik }] } },
  })
  await admin.importState(content)
})

it('a document that is not valid is refused with the reason', async () => {
  expect(await ask({ query: '{ patients { name } }' })).toEqual(
    refused('The GraphQL request is not valid: Cannot query field "patients" on type "Query".'),
  )
  expect(await ask({ query: '' })).toEqual(
    refused('The GraphQL request is not valid: a JSON object with a text `query` is needed'),
  )
})

it('a person number in a question comes back in no error', async () => {
  const query = 'query ($number: OrganizationNumber!) { organization(number: $number) { name } }'
  const { status, answer } = await ask({ query, variables: { number: '08825133489' } })
  expect(status).toBe(400)
  expect(JSON.stringify(answer)).not.toContain('08825133489')
})

it('a document that nests too deep is refused, also by way of fragments', async () => {
  const tooDeep = refused('The GraphQL request is not valid: It nests deeper than 8 levels.')
  const nested = `{ organizations { ${'successor { '.repeat(8)} number ${'} '.repeat(8)} } }`
  expect(await ask({ query: nested })).toEqual(tooDeep)
  const fragments = Array.from(
    { length: 30 },
    (_, n) =>
      `fragment f${n} on Organization { a: successor { ...f${n + 1} } b: successor { ...f${n + 1} } }`,
  )
  const query = `{ organizations { ...f0 } } ${fragments.join(' ')} fragment f30 on Organization { number }`
  expect(await ask({ query })).toEqual(tooDeep)
})

it('a document that lists all organisations again and again is refused', async () => {
  const lists = Array.from({ length: 6 }, (_, n) => `l${n}: organizations { number }`)
  expect(await ask({ query: `{ ${lists.join(' ')} }` })).toEqual(
    refused('The GraphQL request is not valid: It lists more than 5 times.'),
  )
})
