import { describe, expect, it } from '@jest/globals'
import type { AuditRecord } from '@kilde/audit'
import { parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import type { Access, AccessQuestion, ReadableLog } from '../src/access-log/access-log.js'
import { accessFields } from '../src/access-log/fields.js'
import { outcomeOf } from '../src/access-log/outcome.js'
import { createAccessLog } from '../src/access-log/read-logs.js'
import { tell } from '../src/access-log/sentence.js'
import type { Sight } from '../src/access-log/sight.js'
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

/** Whoever reads the log may see all of the data but these rows. */
const seeing = (reader: Sight['reader'], ...closed: readonly string[]): Sight => ({
  reader,
  sees: () => true,
  shown: async (ids) => new Map(ids.map((id) => [id, !closed.includes(id)])),
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
    const signal = new AbortController().signal
    const { rows, more } = await source.accesses(asked, seeing('SELF'), signal)
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

const accessOf = (record: Read): Access => ({
  ...{ id: '310000108.1', atMs: NOON, identity: '', sequence: 1, record },
  log: { kind: 'ORGANIZATION', name: '' },
  items: record.items ?? [],
})

describe('a reader of a log', () => {
  const seen = async (
    sight: Sight,
    logs: readonly ReadableLog[],
    change: Partial<AccessQuestion> = {},
  ) => {
    const parts = { organization: '310000108', logs: async () => logs, now: () => NOON }
    const asked = { ...question, limit: 10, order: 'OLDEST_FIRST', ...change } as const
    const found = await createAccessLog(parts).accesses(asked, sight, new AbortController().signal)
    return found.rows.map(({ id, items }) => [id, ...items])
  }
  const [open, closed] = ['310000108.1', '310000108.2']
  const parent = seeing('REPRESENTATIVE', closed)

  it('is told neither of break-glass nor of blocks as a representative; the patient is told of both', async () => {
    const log = logOf([
      read(),
      read({ purpose: 'BTG' }),
      read({ items: [], rules: ['Observation/block:7'] }),
    ])
    expect(await seen(seeing('SELF'), [log])).toHaveLength(3)
    expect(await seen(seeing('REPRESENTATIVE'), [log])).toEqual([['310000108.1', open]])
  })

  it('is told as a representative of no row but those that are shown, and of no access that gave out others alone', async () => {
    const log = logOf([
      read({ items: [open, closed] }),
      read({ items: [closed] }),
      read({ items: [] }),
    ])
    expect(await seen(parent, [log])).toEqual([['310000108.1', open], ['310000108.3']])
    expect(await seen(parent, [log], { limit: 1 })).toEqual([['310000108.1', open]])
    const held = { ...parent, shown: async () => new Map<string, boolean>() }
    expect(await seen(held, [log])).toEqual([['310000108.3']])
  })

  it('is told as the patient of every access, with the rows that the patient may see', async () => {
    const log = logOf([read({ items: [open, closed] }), read({ items: [closed] })])
    const self = seeing('SELF', closed)
    expect(await seen(self, [log])).toEqual([['310000108.1', open], ['310000108.2']])
    const gone = { ...self, shown: async () => new Map<string, boolean>() }
    expect(await seen(gone, [log])).toEqual([
      ['310000108.1', open, closed],
      ['310000108.2', closed],
    ])
  })

  it('cannot find out by searching what is closed', async () => {
    const decisionRef = { id: 'd', userSelected: false }
    const log = logOf([read({ items: [open, closed], decisionRef })])
    for (const sight of [parent, seeing('SELF', closed)]) {
      expect(await seen(sight, [log], { item: closed })).toEqual([])
      expect(await seen(sight, [log], { item: open })).toHaveLength(1)
    }
    expect(await seen(parent, [log], { decisionRef: 'd' })).toEqual([])
  })

  it('is told as a representative of no class that is closed, and not what a gateway gave out', async () => {
    const classes = logOf([
      read({ items: [], classes: ['Patient'] }),
      read({ classes: ['Observation', 'Patient'] }),
      read({ items: [], classes: ['AuditEvent'] }),
      read(),
    ])
    const measurementsAlone = { ...parent, sees: (one: string) => one === 'Observation' }
    expect(await seen(measurementsAlone, [classes])).toEqual([
      ['310000108.3'],
      ['310000108.4', open],
    ])
    const { items: _none, ...asked } = read({
      sources: [{ organization: '310000108', status: 'OK', returned: 4 }],
    })
    const gateway = logOf([asked], '310000205')
    expect(await seen(parent, [gateway])).toEqual([])
    expect(await seen(seeing('SELF'), [gateway])).toHaveLength(1)
  })

  it('is told by name what is taken out: the same of every entry to a representative', () => {
    const other = read({
      requester: { kind: 'citizen', pid: '02928124560', name: 'Pia', clientId: 'c' },
      purpose: 'FAMRQT',
    })
    const always = ['items', 'fields', 'decision', 'asked']
    expect(hiddenFields(accessOf(other), 'SELF')).toEqual([])
    expect(hiddenFields(accessOf(other), 'REPRESENTATIVE')).toEqual([...always, 'who.name'])
    expect(hiddenFields(accessOf(read()), 'REPRESENTATIVE')).toEqual(always)
    expect(hiddenFields({ ...accessOf(read()), items: [] }, 'SELF')).toEqual(['items'])
  })
})

describe('who asked', () => {
  const requester = {
    ...({ kind: 'professional', pid: '23867934111', clientId: 'kilde-gateway' } as const),
    ...{ organization: '310000205', pointOfCare: '310000221', department: 'Akuttmottak' },
  } as const
  const who = (withoutPlaces: boolean) =>
    accessFields.who({
      access: {
        ...{
          id: '310000108.1',
          atMs: NOON,
          identity: '',
          sequence: 1,
          receipt: undefined,
          items: [],
        },
        ...{ log: { kind: 'ORGANIZATION', name: '' }, record: read({ requester }) },
      },
      telling: {
        organization: '310000108',
        reader: 'SELF',
        nameOf: () => undefined,
        withoutPlaces,
      },
    })

  it('is told with the sub-unit, but not where the patient’s address is confidential', () => {
    const organization = { number: '310000205' }
    const place = { pointOfCare: { number: '310000221' }, department: 'Akuttmottak' }
    expect(who(false)).toMatchObject({ organization, ...place })
    expect(who(true)).toMatchObject({ organization })
    expect(who(true)).not.toHaveProperty('pointOfCare')
    expect(who(true)).not.toHaveProperty('department')
  })
})

describe('what was written freely', () => {
  const decisionRef = { id: 'd', description: 'Hjemmebesøk i Storgata 5', userSelected: true }
  const entry = (withoutPlaces: boolean) => ({
    access: {
      ...{ ...accessOf(read({ decisionRef })), id: '310000108.1', atMs: NOON, identity: '' },
      ...{ sequence: 1, receipt: undefined },
    },
    telling: {
      ...({ organization: '310000108', reader: 'SELF', nameOf: () => undefined } as const),
      withoutPlaces,
    },
  })

  it('is told, but not where the patient’s address is confidential: it may name a place', () => {
    expect(accessFields.decision(entry(false))).toEqual(decisionRef)
    expect(accessFields.text(entry(false), { language: 'NB' })).toContain('Storgata')
    expect(accessFields.withheldFields(entry(false))).toEqual([])
    expect(accessFields.decision(entry(true))).toEqual({ id: 'd', userSelected: true })
    expect(accessFields.text(entry(true), { language: 'NB' })).not.toContain('Storgata')
    expect(accessFields.withheldFields(entry(true))).toEqual(['decision.description'])
  })
})

describe('an entry in plain words', () => {
  const nameOf = (number: string) =>
    ({ '310000108': 'Solvik kommune', '310000205': 'Fjordheim sykehus HF' })[number]
  const telling = { organization: '310000108', reader: 'SELF', nameOf } as const
  const words = (record: Read) => {
    const access = accessOf(record)
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
