import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { fillWithPlansAsBefore } from './kit/earlier-store.js'
import { bytes, FNR, NOW } from './kit/observations.js'

const organization = organizations.municipality.number
const patient = parsePatientIdentifier(patients.copd.identifier)
const subject = { identifier: { system: FNR, value: patient.value } }
const key = Buffer.alloc(32, 3)

const plan = {
  ...{ resourceType: 'CarePlan', id: 'a', subject, status: 'active', intent: 'plan', title: 'A' },
  ...{ period: { start: '2026-05-01' }, goal: [{ reference: 'Goal/g' }] },
}
const goal = {
  ...{ resourceType: 'Goal', id: 'g', subject, lifecycleStatus: 'active' },
  description: { text: 'Gå tur' },
}

describe.each([
  ['sealed', key],
  ['unsealed', undefined],
])('plans in a store, %s, from when they were the only class of their kind', (name, sealedWith) => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Awaited<ReturnType<typeof openStore>>

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase(`before_${name}`)
    const keeping = { organization, key: sealedWith }
    await fillWithPlansAsBefore(databaseUrl, keeping, patient, [plan, goal])
    // A store that was filled without a key is sealed when a node first opens it with one.
    store = await openStore({ databaseUrl, organization, now: () => NOW, key })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  const ask = (dataClass = 'CarePlan') =>
    store.rows(
      {
        ...{ class: dataClass, facets: {}, patient, order: 'NEWEST_FIRST', limit: 50 },
        ...{ status: ['active'], elements: ['title'], related: true, count: true, rivals: false },
      },
      new AbortController().signal,
    )

  it('are read, with what they are made of', async () => {
    const { rows, count, truncated, dropped } = await ask()
    expect({ count, truncated, dropped }).toEqual({ count: 1, truncated: false, dropped: 0 })
    expect(rows).toMatchObject([
      {
        ...{ id: `${organization}.plan-0`, owner: organization, version: 1 },
        resource: '{"title":"A"}',
        related: [{ names: ['Goal/g'], resource: JSON.stringify(goal) }],
      },
    ])
  })

  it('are no rows of a class that came later', async () => {
    expect((await ask('CareTeam')).rows).toEqual([])
  })

  it('are known when they come again, and replaced by a later version', async () => {
    const checkShape = compileShapeCheck()
    const send = (resource: object) =>
      ingest(
        bytes({
          ...{ resourceType: 'Bundle', type: 'batch' },
          entry: [{ resource, request: { method: 'PUT', url: 'CarePlan/a' } }],
        }),
        { organization, store, checkShape, now: () => NOW },
      )
    expect((await send(plan)).counts).toMatchObject({ unchanged: 1 })
    expect((await send({ ...plan, title: 'B' })).counts).toMatchObject({ updated: 1 })
    const { rows } = await ask()
    expect(rows).toMatchObject([{ id: `${organization}.plan-0`, version: 2 }])
  })
})
