import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { Lexer } from 'graphql'
import { graphql, identifier, type Surface, send, startSurface } from './setting.js'
import { type Stranger, strangersTo } from './strangers.js'

// All of graphql-js that reads a document asks this for the next token: the parser, and our own count of tokens.
const lexer = jest.spyOn(Lexer.prototype, 'advance')
const json = jest.spyOn(JSON, 'parse')

/** Stands in the body alone. */
const MARK = 'MarkOfThisVeryDocument'
const query = `query ${MARK}($identifier: PatientIdentifier!) { patient(identifier: $identifier) { id } }`
const small = graphql(query, { identifier }).body ?? ''
/** Nearly as large as a body may be. */
const large = JSON.stringify({
  query: `${query} ${'#'.repeat(120_000)}`,
  variables: { identifier },
})
const broken = `{"query":"{ ${MARK}`

let surface: Surface
let strangers: readonly Stranger[]
beforeAll(async () => {
  surface = await startSurface()
  strangers = await strangersTo(surface)
}, 180_000)
afterAll(() => surface.stop(), 60_000)
afterEach(() => {
  lexer.mockClear()
  json.mockClear()
})

const documentsRead = (): number => lexer.mock.calls.length
const bodiesRead = (): number =>
  json.mock.calls.filter(([text]) => String(text).includes(MARK)).length

describe('G5 nothing of a request is read before it is known whose it is', () => {
  it('G5 what would be seen is seen: body and document of who is signed in are read', async () => {
    expect((await send(surface, { body: small })).status).toBe(200)
    expect(documentsRead()).toBeGreaterThan(0)
    expect(bodiesRead()).toBeGreaterThan(0)
  })

  it('G5 ten kinds of strangers, with small, large and broken documents: neither JSON nor GraphQL is parsed', async () => {
    const answers: string[] = []
    for (const { name, headers } of strangers) {
      for (const body of [small, large, broken]) {
        const { status, code } = await send(surface, { body, headers: headers(body) })
        answers.push(`${name}: ${status} ${code}`)
      }
    }
    expect(strangers).toHaveLength(10)
    expect(answers.filter((answer) => !/: 401 (TOKEN|DPOP|BEARER)_[A-Z_]+$/.test(answer))).toEqual(
      [],
    )
    expect([documentsRead(), bodiesRead()]).toEqual([0, 0])
  })
})
