import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type AuditRecord, readAuditLog } from '@kilde/audit'
import { generateRows } from '@kilde/demo'
import { askAs } from '@kilde/demo/test-network'
import { type DemoPatient, organizations, patients, personas } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { askObservations } from '../../kit/observations.js'
import { type Entry, type Log, tryLog } from './read-log.js'

const { municipality } = organizations
const KEY = Buffer.alloc(32, 11)
const LABELS = 'urn:oid:2.16.578.1.12.4.1.1.9603'
/** Not shown to whoever represents the patient (code system 9603, NORN_FORANS). */
const HIDDEN = 'NORN_FORANS'
const CLAIM = 'nhn:tillitsrammeverk:parameters'

let network: WatchedNetwork
/** Attests that are issued meanwhile say that the glass was broken. */
let breaking = false
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    settings: { municipality: { KILDE_AUDIT_KEY: KEY.toString('base64url') } },
    alterToken: (claims) => (breaking ? withBreakGlass(claims) : claims),
  })
}, 120_000)
afterAll(() => network?.stop(), 60_000)

function withBreakGlass(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const attest = structuredClone(claims[CLAIM]) as
    | { readonly care_relationship?: object; readonly care_relation?: object }
    | undefined
  Object.assign(attest?.care_relationship ?? attest?.care_relation ?? {}, {
    purpose_of_use: { code: 'BTG', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
    decision_ref: { id: 'glass', description: 'Bevisstløs pasient', user_selected: true },
  })
  return { ...claims, ...(attest && { [CLAIM]: attest }) }
}

interface Row {
  readonly id: string
}

const rowsFor = (persona: string, patient: DemoPatient, filter: Record<string, unknown> = {}) =>
  askObservations<Row>(network, persona, { patient, rows: 'id', filter, first: 50 })

/** Signs in anew with an attest for break-glass. */
async function breakGlass(persona: string, patient: DemoPatient): Promise<readonly string[]> {
  breaking = true
  try {
    const session = await network.signIn(persona)
    const asking: Pick<WatchedNetwork, 'ask'> = {
      ask: async (_persona, query, variables = {}) =>
        askAs(session, `${network.gateway}/graphql`, { query, variables }),
    }
    const { nodes } = await askObservations<Row>(asking, persona, { patient, rows: 'id' })
    return nodes.map(({ id }) => id)
  } finally {
    breaking = false
  }
}

async function logFor(persona: string, patient: DemoPatient, filter: object = {}): Promise<Log> {
  const answer = await tryLog(network, { filter: { ...filter } }, persona, patient.identifier)
  const log = answer.body.data?.patient.accessLog
  if (!log) throw new Error(JSON.stringify(answer.body))
  return log
}

async function recordsOf(): Promise<readonly AuditRecord[]> {
  const directory = `${network.directory}/audit/municipality`
  const records: AuditRecord[] = []
  const owner = municipality.number
  for await (const record of readAuditLog({ directory, owner, key: KEY })) records.push(record)
  return records
}

/** Rows of a patient at the municipality; the oldest, whose time this answers, is not shown to whoever represents the patient. */
async function loadRows(patient: DemoPatient): Promise<string> {
  const until = new Date('2026-03-15T10:00:00+01:00')
  const chart = generateRows({ patient, organizations: ['municipality'], rows: 5, until })
  const rows = (chart.get('municipality') ?? []).toSorted((a, b) =>
    (a.effectiveDateTime ?? '') < (b.effectiveDateTime ?? '') ? -1 : 1,
  )
  const [oldest] = rows
  if (!oldest?.effectiveDateTime) throw new Error('no rows')
  oldest.meta = { ...oldest.meta, security: [{ system: LABELS, code: HIDDEN }] }
  await network.load(new Map([['municipality', rows]]))
  return oldest.effectiveDateTime
}

const cases: readonly (readonly [who: string, representative: string, patient: DemoPatient])[] = [
  ['a parent of a child', 'parent', patients.child],
  ['the holder of a power of attorney for an adult', 'proxy', patients.diabetes],
]

describe.each(cases)('the log, to %s', (_, representative, patient) => {
  let all: readonly string[] = []
  let shown: readonly string[] = []
  let hidden = ''
  beforeAll(async () => {
    const start = await loadRows(patient)
    all = (await rowsFor('hospital-doctor', patient)).nodes.map(({ id }) => id)
    // One access to the row alone that the representative is not shown.
    const period = { start, end: new Date(Date.parse(start) + 60_000).toISOString() }
    const alone = await rowsFor('nurse', patient, { period })
    hidden = alone.nodes.map(({ id }) => id).join()
    shown = (await rowsFor(representative, patient)).nodes.map(({ id }) => id)
    await breakGlass('hospital-doctor', patient)
  }, 60_000)

  const professionals = (log: Log): readonly Entry[] =>
    log.nodes.filter(({ who }) => who.kind === 'PROFESSIONAL' && who.name !== null)

  it('is of accesses that were made: to all rows, to one alone, and in break-glass', async () => {
    expect(all).toHaveLength(5)
    expect(all).toContain(hidden)
    expect([...shown, hidden].sort()).toEqual([...all].sort())
    const about = (await recordsOf()).filter(
      (record) => 'patient' in record && record.patient?.endsWith(patient.identifier),
    )
    const given = about.filter(({ event }) => event === 'PATIENT_DATA_READ')
    const rows = given.map((record) => ('items' in record ? (record.items ?? []).length : 0))
    expect(rows.slice(0, 2)).toEqual([5, 1])
    expect(given.some((record) => 'purpose' in record && record.purpose === 'BTG')).toBe(true)
  })

  it('names the rows that the representative is shown as data, and no other', async () => {
    const log = await logFor(representative, patient)
    const reads = professionals(log).filter(({ outcome }) => outcome === 'READ')
    expect(reads.map(({ who }) => who.name)).toEqual(['Henrik Lungelege'])
    expect(reads.flatMap(({ items }) => items).sort()).toEqual([...shown].sort())
    expect(reads[0]?.text).toContain('(4 rader)')
    expect(JSON.stringify(log)).not.toContain(hidden)
  })

  it('has nothing of an access to what the representative is not shown, nor who made it', async () => {
    const text = JSON.stringify(await logFor(representative, patient))
    expect(text).not.toContain('Siri Sykepleier')
    for (const item of [hidden, `${municipality.number}.unknown`]) {
      expect((await logFor(representative, patient, { item })).nodes).toEqual([])
    }
    const { nodes } = await logFor(representative, patient, { item: shown[0] })
    expect(nodes.length).toBeGreaterThan(0)
  })

  it('has nothing of break-glass, nor of what the gateway got from whom', async () => {
    const log = await logFor(representative, patient)
    expect(JSON.stringify(log)).not.toMatch(/BTG|BREAK_GLASS|Bevisstløs|blålys/i)
    expect(log.nodes.flatMap(({ asked }) => asked)).toEqual([])
    expect((await logFor(representative, patient, { decisionRef: 'glass' })).nodes).toEqual([])
    expect((await logFor(representative, patient, { outcome: ['BREAK_GLASS'] })).nodes).toEqual([])
  })

  it('never claims to be whole, of no organisation, and names no decision or number', async () => {
    const log = await logFor(representative, patient)
    expect(log.complete).toBe(false)
    expect(log.nodes.map(({ decision }) => decision).filter((one) => one !== null)).toEqual([])
    const text = JSON.stringify(log)
    const numbers = [patient.identifier, ...personas.map(({ pid }) => pid)]
    expect(numbers.filter((number) => text.includes(number))).toEqual([])
  })
})
