import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { getIntrospectionQuery } from 'graphql'
import {
  about,
  graphql,
  identifier,
  registered,
  type Sending,
  type Surface,
  send,
  startSurface,
} from './setting.js'

// As it is run where all clients are known: registered operations alone, a schema that is not shown, few requests at a time.
const known = {
  newest: `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 1) { complete } } }`,
  misfit: `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observatons(frist: 1) { complete { a } } organisation } }`,
  schema: getIntrospectionQuery(),
}
const file = registered(...Object.values(known))

let surface: Surface
beforeAll(async () => {
  surface = await startSurface({
    ...file.settings,
    KILDE_INTROSPECTION: 'off',
    KILDE_RATE_REQUESTER_PER_MINUTE: '150',
    KILDE_OVERLOAD_AT_ONCE: '0',
  })
}, 180_000)
afterAll(async () => {
  await surface.stop()
  file.remove()
}, 60_000)

const ask = (sending: Sending) => send(surface, sending)
const byId = (documentId: string, more: object = {}): Sending => ({
  body: JSON.stringify({ documentId, variables: { identifier }, ...more }),
})

describe('G6 registered operations', () => {
  it('G6 are carried out by their id, and by their whole text', async () => {
    const { operationId } = await import('@kilde/gateway')
    const id = operationId(known.newest)
    for (const sending of [
      byId(id),
      graphql(known.newest, { identifier }),
      byId(id, { query: known.newest }),
    ]) {
      const { status, text } = await ask(sending)
      expect([status, text.includes('"complete":')]).toEqual([200, true])
    }
  })

  it('G6 are all that is carried out', async () => {
    const { operationId } = await import('@kilde/gateway')
    const others = [
      about('observations(first: 2) { complete }'),
      graphql('{ __typename }'),
      graphql(`${known.newest} `, { identifier }),
      byId('sha256:'),
      byId('__proto__'),
      byId(operationId(known.newest), { query: '{ __typename }' }),
      {
        body: JSON.stringify({
          extensions: {
            persistedQuery: { version: 1, sha256Hash: operationId(known.newest).slice(7) },
          },
        }),
      },
    ]
    for (const sending of others) {
      const { status, text } = await ask(sending)
      expect(status).toBe(400)
      expect(text).toMatch(/OPERATION_NOT_REGISTERED|REQUEST_MALFORMED/)
    }
  })
})

describe('G9 a schema that is not shown', () => {
  it('G9 is not read, although the operation is registered', async () => {
    const { status, code } = await ask(graphql(known.schema))
    expect([status, code]).toEqual([400, 'INTROSPECTION_REFUSED'])
  })

  it('G9 is not told of by what does not fit it', async () => {
    const { status, text } = await ask(graphql(known.misfit, { identifier }))
    expect(status).toBe(400)
    expect(text).not.toMatch(/Observation|Patient|Int|Boolean|did you mean|observat|Cannot/i)
    const { errors } = JSON.parse(text) as { errors: { message: string }[] }
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set(['The operation does not fit the schema.']),
    )
  })
})

// Last: it uses the requester's allowance up.
describe('The allowance of a requester', () => {
  it('API4 ends with 429 and a time to wait, is noted in the security log, and leaves others alone', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(graphql('{ x }'))))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(50)
    for (const { code, headers } of refused) {
      expect(code).toBe('RATE_LIMITED')
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const other = { ...surface, session: await surface.network.signIn('hospital-doctor') }
    expect((await send(other, graphql(known.newest, { identifier }))).status).toBe(200)
  })
})
