import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { startDatabase } from './kit/database.js'
import { startNode } from './kit/node.js'
import { bundle, weight } from './kit/observations.js'
import { audienceOf, personaClaims, systemClaims } from './kit/tokens.js'

const { hospital, municipality } = organizations
const identifier = patients.copd.identifier
const QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { id observations { nodes { valueText } sources { organization { number } status } } }
}`

describe('a process that hosts two organisations', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    database = await startDatabase()
    node = await startNode({
      hosted: true,
      databases: [
        { organization: 'municipality', url: await database.createDatabase('municipality') },
        { organization: 'hospital', url: await database.createDatabase('hospital') },
      ],
    })
    const sent = await load(municipality.number, '61.0')
    expect(sent.status).toBe(200)
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const load = (number: string, value: string, claims: object = systemClaims(number)) => {
    const text = Buffer.from(bundle('batch', weight())).toString().replace('70.5', value)
    return node.post(`/${number}/fhir`, claims, Buffer.from(text))
  }
  const ask = (number: string, claims: object) =>
    node.ask(claims, QUERY, { identifier }, {}, `/${number}`)
  const answer = (number: string, texts: readonly string[]) => ({
    data: {
      patient: {
        id: expect.any(String),
        observations: {
          nodes: texts.map((valueText) => ({ valueText })),
          sources: [{ organization: { number }, status: texts.length ? 'OK' : 'EMPTY' }],
        },
      },
    },
  })

  it('answers each at its own address, from its own store', async () => {
    const doctor = (number: string) => personaClaims('hospital-doctor', number)
    expect((await ask(municipality.number, doctor(municipality.number))).body).toEqual(
      answer(municipality.number, ['61.0 kg']),
    )
    expect((await ask(hospital.number, doctor(hospital.number))).body).toEqual(
      answer(hospital.number, []),
    )
    await load(hospital.number, '62.0')
    expect((await ask(municipality.number, doctor(municipality.number))).body).toEqual(
      answer(municipality.number, ['61.0 kg']),
    )
    expect((await ask(hospital.number, doctor(hospital.number))).body).toEqual(
      answer(hospital.number, ['62.0 kg']),
    )
  })

  it('takes no token of the one at the other', async () => {
    const { status, body } = await ask(hospital.number, personaClaims('nurse', municipality.number))
    expect([status, body]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'TOKEN_AUDIENCE' } }] },
    ])
  })

  it('takes no proof made for the one at the other', async () => {
    const accessToken = node.issuer.token({ ...personaClaims('hospital-doctor', hospital.number) })
    const body = Buffer.from(JSON.stringify({ query: QUERY, variables: { identifier } }))
    const url = `${node.url}/${municipality.number}/graphql`
    const dpop = node.issuer.proof.sign({ method: 'POST', url, accessToken, body })
    const headers = {
      'content-type': 'application/json',
      authorization: `DPoP ${accessToken}`,
      dpop,
    }
    const response = await fetch(`${node.url}/${hospital.number}/graphql`, {
      method: 'POST',
      body,
      headers,
    })
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'DPOP_PROOF_URL' } }],
    })
  })

  it('decides for each by its own agreements', async () => {
    const { body } = await ask(hospital.number, personaClaims('nurse', hospital.number))
    expect(body).toMatchObject({
      errors: [{ extensions: { code: 'POLICY_REFUSED', reason: 'NO_AGREEMENT' } }],
    })
  })

  it('lets no system of the one write to the other, whatever its token is for', async () => {
    const claims = { ...systemClaims(municipality.number), aud: audienceOf(hospital.number) }
    expect(await load(hospital.number, '63.0', claims)).toMatchObject({
      status: 403,
      body: {
        resourceType: 'OperationOutcome',
        issue: [
          {
            severity: 'error',
            code: 'security',
            details: {
              coding: [{ code: 'TENANT_MISMATCH' }],
              text: 'This client may not write to this organisation.',
            },
          },
        ],
      },
    })
    expect((await node.records('hospital')).at(-1)).toMatchObject({
      event: 'REQUEST_REFUSED',
      code: 'TENANT_MISMATCH',
      requester: { kind: 'system', organization: municipality.number },
    })
  })

  it('keeps a log for each, which holds nothing of the other', async () => {
    const logs = {
      municipality: await node.records('municipality'),
      hospital: await node.records('hospital'),
    }
    const items = (records: typeof logs.hospital) =>
      records.flatMap((record) => ('items' in record ? (record.items ?? []) : []))
    expect(items(logs.municipality).length).toBeGreaterThan(0)
    expect(items(logs.municipality).every((id) => id.startsWith(municipality.number))).toBe(true)
    expect(items(logs.hospital).length).toBeGreaterThan(0)
    expect(items(logs.hospital).every((id) => id.startsWith(hospital.number))).toBe(true)
  })

  it('has nothing outside the organisations’ addresses, and tells the health of each part', async () => {
    const response = await fetch(`${node.url}/graphql`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(404)
    const ready = await fetch(`${node.url}/health/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      {
        status: 'ready',
        parts: [
          { name: 'registry', ok: true },
          { name: 'policy', ok: true },
          { name: `store ${municipality.number}`, ok: true },
          { name: expect.stringContaining(municipality.number), ok: true },
          { name: `store ${hospital.number}`, ok: true },
          { name: expect.stringContaining(hospital.number), ok: true },
        ],
      },
    ])
  })
})

describe('a node without a database of its own', () => {
  it('starts the embedded PostgreSQL and keeps its organisations’ data apart in it', async () => {
    const node = await startNode({
      hosted: true,
      databases: [{ organization: 'municipality' }, { organization: 'hospital' }],
    })
    try {
      const { number } = municipality
      const sent = await node.post(
        `/${number}/fhir`,
        systemClaims(number),
        bundle('batch', weight()),
      )
      expect(sent.status).toBe(200)
      const status = async (of: string) => {
        const claims = personaClaims('hospital-doctor', of)
        const { body } = await node.ask(claims, QUERY, { identifier }, {}, `/${of}`)
        return JSON.stringify(body).match(/"status":"(\w+)"/)?.[1]
      }
      expect([await status(number), await status(hospital.number)]).toEqual(['OK', 'EMPTY'])
    } finally {
      await node.stop()
    }
  })
})
