import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import type { PrivacyView } from '@kilde/privacy'
import type { PrivacyPort } from '../src/policy/privacy-port.js'
import { startDatabase } from './kit/database.js'
import { contextOf, salt, startNode } from './kit/node.js'
import { bundle, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const kari = patients.copd.identifier
const nobody = patients.diabetes.identifier
const blocks = [
  {
    id: '00000000-0000-4000-8000-000000000001',
    ...{ data: {}, recipient: {}, validity: { from: '2020-01-01T00:00:00Z' } },
  },
]
const nothing: PrivacyView = {
  ...{ asOfMs: 0, blocks: [], consents: [], reservations: [], representation: [] },
  person: { birthDate: '1951-02-08', addressConfidential: false },
}
let held: PrivacyView
const privacy: PrivacyPort = { view: () => held, digest: ({ value }) => value.padEnd(43, '-') }

describe('Whether an organisation holds anything', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let visible: Awaited<ReturnType<typeof startNode>>
  let hidden: Awaited<ReturnType<typeof startNode>>
  const doctor = () => personaClaims('hospital-doctor', organizations.municipality.number)

  async function ask(
    node: typeof visible,
    identifier: string,
    change: { readonly query?: string; readonly kilde?: object } = {},
  ) {
    const { query = 'availability', kilde = {} } = change
    // An attest holds for one patient: signed in anew for each.
    const claims = { ...doctor(), sid: `session for ${identifier.slice(0, 4)}` }
    const variables = { identifier, dataClasses: ['Observation', 'CarePlan'] }
    const context = contextOf(claims, query, variables, salt())
    const body = { query, variables, extensions: { kilde: { ...context, ...kilde } } }
    return node.post('/availability', claims, Buffer.from(JSON.stringify(body)))
  }
  const says = async (node: typeof visible, identifier: string) => {
    const { status, body } = await ask(node, identifier)
    expect(status).toBe(200)
    return (body as { availability: unknown }).availability
  }

  beforeAll(async () => {
    held = nothing
    database = await startDatabase()
    const start = async (name: string, settings: Readonly<Record<string, string>> = {}) => {
      const url = await database.createDatabase(name)
      const databases = [{ organization: 'municipality' as const, url }]
      const node = await startNode({ databases, settings, privacy: () => privacy })
      const claims = systemClaims(organizations.municipality.number)
      const sent = await node.post(
        '/fhir',
        claims,
        bundle('batch', weight({ identifier: [{ system: 'urn:test', value: 'weight' }] })),
      )
      expect(sent.status).toBe(200)
      return node
    }
    visible = await start('visible')
    hidden = await start('hidden', { KILDE_DISCLOSURE: 'hidden', KILDE_HIDDEN_EVERY_MS: '0' })
  }, 60_000)
  beforeEach(() => {
    held = nothing
  })
  afterAll(async () => {
    await visible.stop()
    await hidden.stop()
    await database.stop()
  })

  it('is told with yes or no, of classes that it can look at', async () => {
    // For plans this requester has no agreement here.
    const of = (observations: string, plans: string) => [
      { dataClass: 'Observation', holds: observations },
      { dataClass: 'CarePlan', holds: plans },
    ]
    expect(await says(visible, kari)).toEqual(of('YES', 'UNKNOWN'))
    expect(await says(visible, nobody)).toEqual(of('NO', 'UNKNOWN'))
  })

  it('is not denied where the patient has blocked it: whoever asks for it then learns that', async () => {
    held = { ...nothing, blocks }
    expect(await says(visible, kari)).toEqual([
      { dataClass: 'Observation', holds: 'UNKNOWN' },
      { dataClass: 'CarePlan', holds: 'UNKNOWN' },
    ])
  })

  it('is never told by who does not disclose what is withheld', async () => {
    for (const who of [kari, nobody])
      expect(await says(hidden, who)).toEqual([
        { dataClass: 'Observation', holds: 'UNKNOWN' },
        { dataClass: 'CarePlan', holds: 'UNKNOWN' },
      ])
  })

  it('is on the record as any access: with the patient where one is known, else by digest', async () => {
    await says(visible, kari)
    await says(visible, nobody)
    const records = (await visible.records('municipality')).slice(-2)
    expect(records).toEqual([
      expect.objectContaining({
        event: 'PATIENT_DATA_READ',
        fields: ['Patient.availability'],
        items: [],
      }),
      expect.objectContaining({ event: 'PATIENT_DATA_READ', patientDigest: expect.any(String) }),
    ])
    expect(JSON.stringify(records[1])).not.toContain(nobody)
  })

  it('is not told about another patient or operation than the context was signed for', async () => {
    for (const change of [
      { kilde: { patient: 'A'.repeat(43) } },
      { kilde: { operation: 'A'.repeat(43) } },
    ]) {
      const { status } = await ask(visible, kari, change)
      expect(status).toBeGreaterThanOrEqual(400)
    }
    const { status, body } = await ask(visible, kari, { query: '{ patient { id } }' })
    expect([status, JSON.stringify(body)]).toEqual([
      400,
      expect.stringContaining('REQUEST_MALFORMED'),
    ])
  })

  it('is told to nobody without a user or an agreement', async () => {
    const claims = systemClaims(organizations.municipality.number)
    const { status } = await visible.post('/availability', claims, Buffer.from('{}'))
    expect(status).toBe(403)
  })
})
