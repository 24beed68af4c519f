import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations } from '@kilde/people'
import { startDatabase } from './kit/database.js'
import { startNode } from './kit/node.js'
import { bundle, bytes, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number

describe('POST /fhir', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    database = await startDatabase()
    const url = await database.createDatabase('fhir')
    node = await startNode({ databases: [{ organization: 'municipality', url }] })
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const outcome = (code: string, issue: object) => ({
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        ...issue,
        details: { coding: [{ system: 'urn:kilde:error', code }], text: expect.any(String) },
      },
    ],
  })

  it('answers FHIR to FHIR', async () => {
    const { status, headers, body } = await node.post(
      '/fhir',
      systemClaims(own),
      bundle('transaction', weight()),
      {
        'content-type': 'application/fhir+json',
      },
    )
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'application/fhir+json; charset=utf-8',
      'no-store',
    ])
    expect(body).toMatchObject({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status: '201 Created' } }],
    })
  })

  it.each<[string, object, string, number]>([
    ['people', personaClaims('nurse', own), 'CALLER_KIND_NOT_ACCEPTED', 403],
    [
      'systems that may not write',
      { ...systemClaims(own), scope: ['kilde:organization/read'] },
      'TOKEN_SCOPE',
      403,
    ],
    [
      'systems of other organisations',
      {
        ...systemClaims(own),
        'helseid://claims/client/claims/orgnr_parent': organizations.gp.number,
      },
      'TENANT_MISMATCH',
      403,
    ],
    [
      'systems of no organisation',
      { ...systemClaims(own), 'helseid://claims/client/claims/orgnr_parent': undefined },
      'TENANT_MISMATCH',
      403,
    ],
    ['tokens for others', { ...systemClaims(own), aud: 'kilde:gateway' }, 'TOKEN_AUDIENCE', 401],
  ])('refuses %s', async (_who, claims, code, status) => {
    const answer = await node.post('/fhir', claims, bundle('batch', weight()))
    expect([answer.status, answer.body]).toEqual([status, outcome(code, { code: 'security' })])
  })

  it('says what is wrong with a body that is no Bundle', async () => {
    const answer = await node.post('/fhir', systemClaims(own), bytes({ resourceType: 'Patient' }))
    expect([answer.status, answer.body]).toEqual([
      400,
      outcome('BUNDLE_REFUSED', { code: 'invalid' }),
    ])
  })

  it('names every faulty element of a refused transaction', async () => {
    const body = bundle('transaction', weight({ status: undefined }), weight({ code: {} }))
    const answer = await node.post('/fhir', systemClaims(own), body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [
        {
          code: 'required',
          expression: ['Bundle.entry[0].resource.status'],
          details: { text: 'is required' },
        },
        { code: 'required', expression: ['Bundle.entry[1].resource.code'] },
      ],
    })
  })

  it('takes 5,000 observations at once, and the same again without a change', async () => {
    const rows = Array.from({ length: 5_000 }, (_, n) =>
      weight({ identifier: [{ system: 'urn:many', value: `${n}` }] }),
    )
    const statuses = async () => {
      const { body } = await node.post('/fhir', systemClaims(own), bundle('batch', ...rows))
      const { entry } = body as { entry: { response: { status: string } }[] }
      return entry.map(({ response }) => response.status)
    }
    expect(new Set(await statuses())).toEqual(new Set(['201 Created']))
    expect(new Set(await statuses())).toEqual(new Set(['200 OK']))
  })

  it('refuses a body beyond its limit before reading it', async () => {
    const answer = await node.post('/fhir', systemClaims(own), Buffer.alloc(16_777_217, 32))
    expect([answer.status, answer.body]).toEqual([
      413,
      outcome('BODY_TOO_LARGE', { code: 'too-long' }),
    ])
  })
})
