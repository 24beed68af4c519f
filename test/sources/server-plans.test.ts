import { afterEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import type { ClassQuestion } from '@kilde/organization/sources'
import { patients } from '@kilde/people'
import { openFhir } from './open-fhir.js'
import { type SmallServer, type SmallServerOptions, startSmallServer } from './small-server.js'

const kari = parsePatientIdentifier(patients.copd.identifier)
const ella = parsePatientIdentifier(patients.onePlace.identifier)
const signal = new AbortController().signal
const ends: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe('plans of a FHIR server', () => {
  it('come with what they refer to, and nothing else of the patient is asked for', async () => {
    const { server, read } = await opened()
    await add(server, goal('g1'), condition('c1'), condition('other'), request('s1'), device('d1'))
    await add(
      server,
      plan('p1', {
        goal: [{ reference: 'Goal/g1' }],
        addresses: [{ reference: `${server.url}/Condition/c1` }],
        activity: [{ reference: { reference: 'ServiceRequest/s1' } }],
      }),
    )
    const page = await read()
    expect(page).toMatchObject({ known: true, dropped: 0, truncated: false, count: 1 })
    expect(page.rows.map(({ id }) => id)).toEqual(['310000108.p1'])
    expect(relatedOf(page)).toEqual(['Condition/c1', 'Device/d1', 'Goal/g1', 'ServiceRequest/s1'])
    const asked = server.requests.map(
      ({ url, form }) => `${url.replace('/fhir', '')} ${form.toString()}`,
    )
    expect(asked.filter((one) => /Condition|Goal|Service|Device/.test(one))).toEqual([
      '/Goal/_search _id=g1&_count=500',
      '/Condition/_search _id=c1&_count=500',
      '/ServiceRequest/_search _id=s1&_count=500',
      '/Device/_search _id=d1&_count=500',
    ])
    expect(asked.join()).not.toContain('other')
    expect(server.requests.some(({ url }) => url.includes(kari.value))).toBe(false)
  })

  it('are found at once where the server has `_include`', async () => {
    const { server, read } = await opened({ planIncludes: ['CarePlan:goal', 'CarePlan:encounter'] })
    await add(server, goal('g1'), plan('p1', { goal: [{ reference: 'Goal/g1' }] }))
    expect(relatedOf(await read())).toEqual(['Goal/g1'])
    const search = server.requests.find(({ url }) => url.endsWith('/CarePlan/_search'))
    expect(search?.form.getAll('_include')).toEqual(['CarePlan:goal'])
    expect(server.requests.some(({ url }) => url.includes('/Goal'))).toBe(false)
  })

  it('are never another patient’s, nor shown with parts of another', async () => {
    const { server, read } = await opened()
    const stranger = { subject: { reference: 'Patient/ella' } }
    await add(server, goal('g1', stranger), plan('p1', { goal: [{ reference: 'Goal/g1' }] }))
    await add(server, plan('p2', stranger))
    const page = await read()
    expect(page).toMatchObject({ rows: [{ id: '310000108.p1' }], dropped: 1 })
    expect(relatedOf(page)).toEqual([])
    server.tamper((answer, { url }) =>
      url.endsWith('/CarePlan/_search')
        ? { ...answer, body: answer.body.replaceAll('Patient/kari', 'Patient/ella') }
        : undefined,
    )
    expect(await read()).toMatchObject({ rows: [], dropped: 1 })
  })

  it('are left out one by one where they are no FHIR, or have no time that stays', async () => {
    const { server, read } = await opened()
    await add(server, plan('p1'), plan('p2', { intent: undefined }), plan('p3', { period: {} }))
    const meta = { lastUpdated: '2026-11-20T10:00:00Z' }
    await add(server, plan('p4', { period: undefined, meta }))
    const page = await read()
    expect(page.rows.map(({ id }) => id)).toEqual(['310000108.p4', '310000108.p1'])
    expect(page).toMatchObject({ dropped: 2, truncated: false })
  })

  it('are incomplete where the server cannot be asked for them, or for what they refer to', async () => {
    const without = await opened({ classes: { CarePlan: ['status'] } })
    expect(await without.read()).toMatchObject({ rows: [], truncated: true })
    const partly = await opened({ classes: { CarePlan: ['subject'], Goal: ['patient'] } })
    await add(partly.server, goal('g1'), plan('p1', { goal: [{ reference: 'Goal/g1' }] }))
    const page = await partly.read()
    expect(page).toMatchObject({ rows: [{ id: '310000108.p1' }], truncated: true })
    expect(page.count).toBeUndefined()
  })

  it('are none where the server has no such type, and fail where it fails', async () => {
    const none = await opened({ classes: {} })
    expect(await none.read()).toMatchObject({ rows: [], truncated: false, count: 0 })
    const { server, read } = await opened()
    await add(server, plan('p1', { goal: [{ reference: 'Goal/g1' }] }))
    server.tamper((_answer, { url }) =>
      url.endsWith('/Goal/_search') ? { status: 503, body: '' } : undefined,
    )
    await expect(read()).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('are searched for as the settings declare where there is no CapabilityStatement', async () => {
    const { server, read } = await opened(
      {},
      {
        ...{ patientBy: 'patient.identifier' },
        declared: { observation: [], classes: { CarePlan: ['patient.identifier'] } },
      },
    )
    await add(server, plan('p1', { subject: { identifier: kari } }))
    expect(await read()).toMatchObject({ rows: [{ id: '310000108.p1' }], truncated: false })
    expect(server.requests.some(({ url }) => url.endsWith('/metadata'))).toBe(false)
  })
})

describe('care teams of a FHIR server', () => {
  const teams: Partial<ClassQuestion> = { class: 'CareTeam', elements: ['name'] }

  it('come with the hand-overs that refer to them, and those who are named in these', async () => {
    const classes = {
      ...{ CareTeam: ['patient'], Task: ['focus'], Practitioner: ['_id'] },
    }
    const { server, read } = await opened({ classes })
    await add(server, careTeam('t1'), practitioner('n1'), practitioner('n2'))
    await add(server, handOver('h1', 't1', 'n1'), handOver('h2', 'other', 'n2'))
    const page = await read(teams)
    expect(page).toMatchObject({ rows: [{ id: '310000108.t1' }], dropped: 0, truncated: false })
    expect(relatedOf(page)).toEqual(['Practitioner/n1', 'Task/h1'])
    const asked = server.requests.find(({ url }) => url.endsWith('/Task/_search'))
    expect(asked?.form.get('focus')).toBe('CareTeam/t1')
  })

  it('are incomplete where the server cannot find their hand-overs, which it has', async () => {
    const { server, read } = await opened({ classes: { CareTeam: ['patient'], Task: ['_id'] } })
    await add(server, careTeam('t1'))
    expect(await read(teams)).toMatchObject({ rows: [{ id: '310000108.t1' }], truncated: true })
  })
})

describe('medicines of a FHIR server', () => {
  const statuses = { class: 'MedicationStatement', elements: ['medicationReference'] }

  it('are statements and prescriptions, with the medicines that they name', async () => {
    const classes = {
      ...{ MedicationStatement: ['subject'], MedicationRequest: ['patient'], Medication: ['_id'] },
    }
    const { server, read } = await opened({ classes })
    await add(server, medicine('m1'), medicine('other'), prescription('r1'), prescription('r2'))
    const basedOn = [{ reference: 'MedicationRequest/r1' }]
    await add(server, taken('s1', { basedOn, medicationReference: { reference: 'Medication/m1' } }))
    const page = await read(statuses)
    expect(page).toMatchObject({ dropped: 0, truncated: false, count: 2 })
    expect(page.rows.map(({ id }) => id)).toEqual([
      '310000108.s1',
      '310000108.MedicationRequest.r2',
    ])
    expect(relatedOf(page)).toEqual(['Medication/m1', 'MedicationRequest/r1'])
  })

  it('are those of one kind where the server has no other, and incomplete where it cannot be asked', async () => {
    const one = await opened({ classes: { MedicationRequest: ['patient'] } })
    await add(one.server, prescription('r1'))
    expect(await one.read(statuses)).toMatchObject({ rows: [{}], truncated: false, count: 1 })
    const classes = { MedicationStatement: ['status'], MedicationRequest: ['patient'] }
    const other = await opened({ classes })
    await add(other.server, prescription('r1'))
    expect(await other.read(statuses)).toMatchObject({ rows: [{}], truncated: true })
  })
})

describe('documents of a FHIR server', () => {
  const documents = { class: 'DocumentReference', status: ['current'], elements: ['content'] }

  it('come without addresses into it', async () => {
    const { server, read } = await opened({ classes: { DocumentReference: ['subject'] } })
    await add(server, {
      ...{ resourceType: 'DocumentReference', id: 'd1', subject, status: 'current' },
      ...{ date: '2026-11-01T10:00:00Z', type: { text: 'Notat' } },
      content: [{ attachment: { contentType: 'application/pdf', url: `${server.url}/Binary/1` } }],
    })
    const page = await read(documents)
    expect(page).toMatchObject({ rows: [{ id: '310000108.d1' }], dropped: 0, truncated: false })
    expect(page.rows[0]?.resource).not.toContain('Binary')
  })
})

async function opened(options: Partial<SmallServerOptions> = {}, settings: object = {}) {
  const server = await startSmallServer({ parameters: ['patient'], ...options })
  ends.push(() => server.stop())
  for (const [id, identifier] of Object.entries({ kari, ella })) {
    await add(server, { resourceType: 'Patient', id, identifier: [identifier] })
  }
  const source = openFhir({ url: server.url, ...settings })
  ends.push(() => source.close())
  const question: ClassQuestion = {
    ...{ class: 'CarePlan', patient: kari, facets: {}, status: ['active'], order: 'NEWEST_FIRST' },
    ...{ limit: 50, elements: ['title'], count: true, related: true, rivals: false },
  }
  return { server, read: (more: object = {}) => source.rows({ ...question, ...more }, signal) }
}

type Read = Awaited<ReturnType<typeof opened>>['read']

const relatedOf = ({ rows }: Awaited<ReturnType<Read>>): readonly string[] =>
  rows
    .flatMap(({ related }) => related)
    .map(({ resource }) => JSON.parse(resource) as { resourceType: string; id: string })
    .map(({ resourceType, id }) => `${resourceType}/${id}`)
    .sort()

async function add(server: SmallServer, ...resources: readonly object[]): Promise<void> {
  for (const resource of resources) await server.create(resource, JSON.stringify(resource))
}

const subject = { reference: 'Patient/kari' }

const plan = (id: string, more: object = {}) => ({
  ...{ resourceType: 'CarePlan', id, subject, status: 'active', intent: 'plan' },
  ...{ period: { start: '2026-11-01' }, title: id, ...more },
})

const goal = (id: string, more: object = {}) => ({
  ...{ resourceType: 'Goal', id, subject, lifecycleStatus: 'active', description: { text: id } },
  ...more,
})

const condition = (id: string) => ({ resourceType: 'Condition', id, subject, code: { text: id } })

const request = (id: string) => ({
  ...{ resourceType: 'ServiceRequest', id, subject, status: 'active', intent: 'order' },
  performer: [{ reference: 'Device/d1' }],
})

const careTeam = (id: string) => ({
  ...{ resourceType: 'CareTeam', id, subject, status: 'active', name: id },
  period: { start: '2026-11-01' },
})

const practitioner = (id: string) => ({ resourceType: 'Practitioner', id, name: [{ text: id }] })

const handOver = (id: string, team: string, to: string) => ({
  ...{ resourceType: 'Task', id, status: 'requested', intent: 'order', for: subject },
  ...{ focus: { reference: `CareTeam/${team}` }, owner: { reference: `Practitioner/${to}` } },
  authoredOn: '2026-11-02T10:00:00Z',
})

const medicine = (id: string) => ({ resourceType: 'Medication', id, code: { text: id } })

const prescription = (id: string) => ({
  ...{ resourceType: 'MedicationRequest', id, subject, status: 'active', intent: 'order' },
  ...{ authoredOn: '2026-11-01', medicationCodeableConcept: { text: id } },
})

const taken = (id: string, more: object = {}) => ({
  ...{ resourceType: 'MedicationStatement', id, subject, status: 'active' },
  ...{ effectiveDateTime: '2026-11-02', ...more },
})

const device = (id: string) => ({
  resourceType: 'Device',
  id,
  deviceName: [{ name: id, type: 'other' }],
})
