import { describe, expect, it } from '@jest/globals'
import type { AuditRecord } from '@kilde/audit'
import { parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import type { AccessQuestion, LogReader, ReadableLog } from '../src/access-log/access-log.js'
import { outcomeOf } from '../src/access-log/outcome.js'
import { createAccessLog } from '../src/access-log/read-logs.js'
import { tell } from '../src/access-log/sentence.js'
import { hiddenFields } from '../src/access-log/visible.js'

const NOON = Date.parse('2026-03-14T12:00:00Z')
type Read = Extract<AuditRecord, { event: 'PATIENT_DATA_READ' }>
const read = (change: Partial<Read> = {}): Read => ({
  event: 'PATIENT_DATA_READ',
  at: new Date(NOON).toISOString(),
  requestId: 'r',
  requester: {
    ...{ kind: 'professional', pid: '23867934111', clientId: 'kilde-gateway' },
    ...{ name: 'Henrik Lungelege', authorization: 'LE', organization: '310000205' },
  },
  patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
  purpose: 'TREAT',
  classes: ['Observation'],
  items: ['310000108.1'],
  outcome: 'SUCCESS',
  ...change,
})

/** A log in memory, in the order in which it was written. */
const logOf = (records: readonly AuditRecord[], name = ''): ReadableLog => ({
  name,
  kind: name === '' ? 'ORGANIZATION' : 'GATEWAY',
  patientDigest: () => 'digest',
  async *find({ fromMs = 0, toMs = Number.POSITIVE_INFINITY, order }) {
    const all = records.map((record, at) => ({ sequence: at + 1, record }))
    const fits = all.filter(({ record }) => {
      const atMs = Date.parse(record.at)
      return atMs >= fromMs && atMs < toMs
    })
    yield* order === 'OLDEST_FIRST' ? fits : fits.toReversed()
  },
})

const question: AccessQuestion = {
  patient: parsePatientIdentifier(patients.copd.identifier),
  ownLookups: false,
  order: 'NEWEST_FIRST',
  limit: 2,
  receipts: false,
}

async function pages(logs: readonly ReadableLog[], change: Partial<AccessQuestion> = {}) {
  const source = createAccessLog({
    organization: '310000108',
    logs: async () => logs,
    now: () => NOON,
  })
  const ids: string[] = []
  let after: AccessQuestion['after']
  for (;;) {
    const asked = { ...question, ...change, ...(after && { after }) }
    const { rows, more } = await source.accesses(asked, 'SELF', new AbortController().signal)
    ids.push(...rows.map(({ id }) => id))
    const last = rows.at(-1)
    if (!more || !last) return ids
    after = { t: last.atMs, i: last.identity, d: last.id }
  }
}

describe('pages of an organisation’s logs', () => {
  const at = (seconds: number) => read({ at: new Date(NOON + seconds * 1000).toISOString() })

  it('hold each entry once, over all logs, also of one instant and out of order', async () => {
    const own = logOf([at(0), at(3), at(1), at(3), at(3), at(9)])
    const gateway = logOf([at(2), at(3), at(8)], '310000205')
    const newest = await pages([own, gateway])
    expect(newest).toHaveLength(9)
    expect(new Set(newest).size).toBe(9)
    expect(newest.slice(0, 2)).toEqual(['310000108.6', '310000108.310000205-3'])
    expect(await pages([own, gateway], { order: 'OLDEST_FIRST' })).toEqual(newest.toReversed())
  })

  it('keep to the period, kind, class, outcome and row that were asked for', async () => {
    const citizen = { kind: 'citizen', pid: '08825133489', clientId: 'c' } as const
    const log = logOf([
      at(0),
      read({ requester: citizen, purpose: 'PATRQT' }),
      read({ requester: citizen, purpose: 'PATRQT', classes: ['AuditEvent'], items: [] }),
      read({ items: [] }),
    ])
    const ids = (change: Partial<AccessQuestion>) => pages([log], change)
    expect(await ids({ by: ['PATIENT'] })).toEqual(['310000108.2'])
    expect(await ids({ by: ['PATIENT'], ownLookups: true })).toHaveLength(2)
    expect(await ids({ outcomes: ['EMPTY'] })).toEqual(['310000108.4'])
    expect(await ids({ classes: ['AuditEvent'] })).toEqual([])
    expect((await ids({ item: '310000108.1' })).toSorted()).toEqual(['310000108.1', '310000108.2'])
    expect(await ids({ untilMs: NOON })).toEqual([])
  })
})

describe('what came of an access', () => {
  it.each([
    ['READ', read()],
    ['EMPTY', read({ items: [] })],
    ['BLOCKED', read({ items: [], rules: ['Observation/block:7'] })],
    ['BREAK_GLASS', read({ purpose: 'BTG', items: [] })],
    ['FAILED', read({ outcome: 'FAILED' })],
    ['READ', read({ items: [], classes: ['Patient'] })],
    ['REFUSED', read({ sources: [{ organization: '310000108', status: 'REFUSED' }] })],
  ] as const)('is %s', (outcome, record) => {
    expect(outcomeOf(record)).toBe(outcome)
  })
})

describe('a representative', () => {
  const source = createAccessLog({
    organization: '310000108',
    logs: async () => [
      logOf([
        read(),
        read({ purpose: 'BTG' }),
        read({ items: [], rules: ['Observation/block:7'] }),
      ]),
    ],
    now: () => NOON,
  })
  const seen = async (reader: LogReader) =>
    (await source.accesses({ ...question, limit: 10 }, reader, new AbortController().signal)).rows

  it('is told neither of break-glass nor of blocks; the patient is told of both', async () => {
    expect(await seen('SELF')).toHaveLength(3)
    expect((await seen('REPRESENTATIVE')).map(({ id }) => id)).toEqual(['310000108.1'])
  })

  it('is told neither rows nor decisions, nor who else represents the patient', () => {
    const other = read({
      requester: { kind: 'citizen', pid: '02928124560', name: 'Pia', clientId: 'c' },
      purpose: 'FAMRQT',
    })
    expect(hiddenFields(other, 'SELF')).toEqual([])
    expect(hiddenFields(other, 'REPRESENTATIVE')).toEqual([
      'items',
      'fields',
      'decision',
      'who.name',
    ])
  })
})

describe('an entry in plain words', () => {
  const nameOf = (number: string) =>
    ({ '310000108': 'Solvik kommune', '310000205': 'Fjordheim sykehus HF' })[number]
  const telling = { organization: '310000108', reader: 'SELF', nameOf } as const
  const words = (record: Read) => {
    const access = {
      ...{ id: '310000108.1', atMs: NOON, identity: '', sequence: 1, record },
      log: { kind: 'ORGANIZATION', name: '' } as const,
    }
    return [tell(access, telling, 'NB'), tell(access, telling, 'EN')]
  }

  it('is one sentence of names, whatever a record’s own texts look like', () => {
    expect(words(read())).toEqual([
      'Henrik Lungelege (lege) ved Fjordheim sykehus HF fikk se målinger og vurderinger (1 rad) hos Solvik kommune, for å gi behandling.',
      'Henrik Lungelege (doctor) at Fjordheim sykehus HF was shown measurements and assessments (1 row) at Solvik kommune, to give treatment.',
    ])
    const decisionRef = { id: 'd', description: '{who} {log}', userSelected: false }
    expect(words(read({ decisionRef }))[1]).toContain('to give treatment ({who} {log}).')
  })

  it('says so where an organisation is unknown to the registry', () => {
    const requester = { ...read().requester, organization: '310000302' } as Read['requester']
    expect(words(read({ requester }))[0]).toContain('ved en ukjent organisasjon')
  })
})
