import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { startNode } from '../../subgraphs/organization/test/kit/node.js'
import { bundle, weight } from '../../subgraphs/organization/test/kit/observations.js'
import { personaClaims, systemClaims } from '../../subgraphs/organization/test/kit/tokens.js'
import { type SmallServer, startSmallServer } from './small-server.js'

const own = organizations.municipality.number
const { identifier } = patients.copd
const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1'
const QUESTION = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  observations(first: 10) {
    nodes { valueText provenance { system } } complete
    sources { status reason returned dropped }
  }
  name { value { text } complete }
} }`

interface Answer {
  readonly observations: {
    readonly nodes: readonly object[]
    readonly complete: boolean
    readonly sources: readonly object[]
  }
  readonly name: object
}

describe('a node whose organisation has a FHIR server', () => {
  let server: SmallServer
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    server = await startSmallServer({ parameters: ['patient', 'status', 'date', '_id'] })
    const patient = {
      ...{ resourceType: 'Patient', id: 'kari', identifier: [{ system: FNR, value: identifier }] },
      name: [{ use: 'official', given: ['Kari'], family: 'Kols' }],
    }
    await server.create(patient, JSON.stringify(patient))
    for (const [index, value] of [70.5, 71.5].entries()) {
      const { identifier: _id, ...row } = weight({ subject: { reference: 'Patient/kari' } })
      const effectiveDateTime = `2026-11-1${index}T08:00:00+01:00`
      const resource = {
        ...row,
        effectiveDateTime,
        valueQuantity: { value, unit: 'kg', code: 'kg' },
      }
      await server.create(resource, JSON.stringify(resource))
    }
    const sources = [{ kind: 'fhir', name: 'Journal', url: server.url }]
    node = await startNode({
      databases: [{ organization: 'municipality' }],
      settings: { KILDE_SOURCES: JSON.stringify(sources), KILDE_STORE_DIRECTORY: '' },
    })
  }, 60_000)
  afterAll(async () => {
    await node.stop()
    await server.stop()
  })

  const ask = () => node.ask(personaClaims('nurse', own), QUESTION, { identifier })
  const list = async (): Promise<Answer> => {
    const { body } = await ask()
    expect(body).not.toHaveProperty('errors')
    return (body as { data: { patient: Answer } }).data.patient
  }

  it('needs settings only: no database, and rows with the name of their system', async () => {
    const { observations, name } = await list()
    expect(observations).toMatchObject({
      nodes: [
        { valueText: '71.5 kg', provenance: [{ system: 'Journal' }] },
        { valueText: '70.5 kg', provenance: [{ system: 'Journal' }] },
      ],
      complete: true,
      sources: [{ status: 'OK', reason: null, returned: 2, dropped: 0 }],
    })
    expect(name).toMatchObject({ value: { text: 'Kari Kols' }, complete: true })
  })

  it('says what it could not use, and is not complete then', async () => {
    server.tamper((answer) => ({
      ...answer,
      body: answer.body.replace('"value":71.5', '"value":"x"'),
    }))
    expect((await list()).observations).toMatchObject({
      nodes: [{ valueText: '70.5 kg' }],
      complete: false,
      sources: [{ status: 'OK', returned: 1, dropped: 1 }],
    })
  })

  it('says TRUNCATED where the server has more than it gives', async () => {
    server.tamper((answer) => ({
      ...answer,
      body: answer.body.replace(/"total":\d+/, '"total":99'),
    }))
    expect((await list()).observations).toMatchObject({
      complete: false,
      sources: [{ status: 'TRUNCATED', reason: 'ROW_CAP' }],
    })
  })

  it('fails where the server fails, each in its own way: never an empty list', async () => {
    server.tamper(() => ({ status: 500, body: '' }))
    const failed = { errors: [{ extensions: { code: 'SOURCE_FAILED' } }] }
    expect(await ask()).toMatchObject({ status: 503, body: failed })
    server.tamper(() => ({ status: 200, body: '<html>' }))
    const invalid = { errors: [{ extensions: { code: 'SOURCE_INVALID' } }] }
    expect(await ask()).toMatchObject({ status: 502, body: invalid })
    server.tamper(undefined)
    expect((await list()).observations.complete).toBe(true)
  })

  it('takes no Bundle: what is sent would be kept nowhere', async () => {
    const sent = await node.post('/fhir', systemClaims(own), bundle('batch', weight()))
    expect(sent.status).toBe(405)
    expect(JSON.stringify(sent.body)).toContain('SOURCE_READ_ONLY')
  })
})

describe('a node that is strict about profiles', () => {
  const rows = (weights: readonly object[]) =>
    weights.map((more) => {
      const { identifier: _id, ...row } = weight({
        subject: { reference: 'Patient/kari', identifier: { system: FNR, value: identifier } },
      })
      return { ...row, ...more }
    })
  const claims = (name: string) => ({
    meta: { profile: [`http://hl7.no/fhir/vkpobservation/StructureDefinition/${name}`] },
  })

  it.each([
    ['tolerant', 2, 0],
    ['strict', 1, 1],
  ] as const)(
    '%s: shows %i rows of its FHIR server, and tells of %i that it left out',
    async (mode, returned, dropped) => {
      const server = await startSmallServer({ parameters: ['patient'] })
      const held = [
        { resourceType: 'Patient', id: 'kari', identifier: [{ system: FNR, value: identifier }] },
        ...rows([
          { ...claims('vkp-Observation-Bodyweight'), effectiveDateTime: '2026-11-10T08:00:00Z' },
          {
            ...{ ...claims('vkp-Observation-Bodyweight'), category: undefined },
            effectiveDateTime: '2026-11-11T08:00:00Z',
          },
        ]),
      ]
      for (const one of held) await server.create(one, JSON.stringify(one))
      const node = await startNode({
        databases: [{ organization: 'municipality' }],
        settings: {
          KILDE_SOURCES: JSON.stringify([{ kind: 'fhir', url: server.url }]),
          ...{ KILDE_STORE_DIRECTORY: '', KILDE_PROFILE_MODE: mode },
        },
      })
      try {
        const { body } = await node.ask(personaClaims('nurse', own), QUESTION, { identifier })
        const { observations } = (body as { data: { patient: Answer } }).data.patient
        expect(observations).toMatchObject({
          ...{ complete: dropped === 0, sources: [{ status: 'OK', returned, dropped }] },
        })
      } finally {
        await node.stop()
        await server.stop()
      }
    },
  )
})
