import { describe, expect, it } from '@jest/globals'
import type { AuditRecord } from '@kilde/audit'
import { compareView } from '../src/control/compare-view.js'
import type { Logged } from '../src/control/logs.js'
import { recipientsOf } from '../src/control/recipients.js'
import { reconcile } from '../src/control/reconcile.js'
import { holdStatements } from '../src/control/statements.js'

const NODE = '310000108'
const ITEM = `${NODE}.1`
const PATIENT = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'
const trace = 'a'.repeat(32)
const decisionRef = { id: 'd-1', userSelected: false }
type Read = Extract<AuditRecord, { event: 'PATIENT_DATA_READ' }>
type Source = NonNullable<Read['sources']>[number]

const read = (change: Partial<Read>): Read => ({
  event: 'PATIENT_DATA_READ',
  at: '2026-03-14T12:00:00Z',
  requestId: 'r-1',
  trace,
  requester: { kind: 'system', clientId: 'kilde-gateway' },
  patient: PATIENT,
  purpose: 'TREAT',
  decisionRef,
  classes: ['Observation'],
  outcome: 'SUCCESS',
  ...change,
})
const atGateway = (source: Partial<Source>, change: Partial<Read> = {}): Logged => ({
  service: 'gateway',
  owner: NODE,
  sequence: 1,
  record: read({
    sources: [{ organization: NODE, status: 'OK', returned: 1, ...source }],
    ...change,
  }),
})
const atNode = (record: AuditRecord = read({ items: [ITEM], requestId: 'r-2' })): Logged => ({
  service: 'municipality',
  owner: NODE,
  sequence: 1,
  record,
})
const kinds = (...logged: readonly Logged[]) =>
  reconcile(logged).differences.map(({ kind }) => kind)

const refused: AuditRecord = {
  event: 'PATIENT_DATA_REFUSED',
  ...{ at: '2026-03-14T12:00:00Z', requestId: 'r-2', trace, purpose: 'TREAT', decisionRef },
  requester: { kind: 'system', clientId: 'kilde-gateway' },
  ...{ patientDigest: 'x', classes: ['Observation'], outcome: 'REFUSED', code: 'OBJECTION' },
}

describe('reconciliation', () => {
  it('finds no difference where gateway and organisation tell the same', () => {
    expect(reconcile([atGateway({}), atNode()])).toEqual({
      requests: 1,
      records: 1,
      differences: [],
    })
    expect(kinds(atGateway({ status: 'REFUSED', returned: 0 }), atNode(refused))).toEqual([])
  })

  it('counts a refusal that an organisation does not disclose as EMPTY', () => {
    expect(kinds(atGateway({ status: 'EMPTY', returned: 0 }), atNode(refused))).toEqual([])
  })

  it('holds what an organisation left out against what the gateway says of its answer', () => {
    const partial = atNode(read({ items: [ITEM], requestId: 'r-2', outcome: 'PARTIAL' }))
    const hidden = { status: 'EMPTY', returned: 0 }
    expect(kinds(atGateway({ complete: false }, { outcome: 'PARTIAL' }), partial)).toEqual([])
    expect(kinds(atGateway({ complete: true }), partial)).toEqual(['OTHER_OUTCOME'])
    expect(kinds(atGateway({ ...hidden, complete: false }), atNode(refused))).toEqual([])
    expect(kinds(atGateway({ ...hidden, complete: true }), atNode(refused))).toEqual([
      'OTHER_OUTCOME',
    ])
    // A gateway that did not say it yet.
    expect(kinds(atGateway({}), partial)).toEqual([])
  })

  it('takes what was recorded and never reached the gateway for no difference', () => {
    for (const status of ['TIMED_OUT', 'UNREACHABLE', 'INVALID']) {
      expect(kinds(atGateway({ status, returned: 0 }), atNode())).toEqual([])
      expect(kinds(atGateway({ status, returned: 0 }))).toEqual([])
    }
  })

  it('knows that a log and a name are told without rows', () => {
    const look = { classes: ['AuditEvent'], patient: undefined, patientDigest: 'x' }
    expect(
      kinds(atGateway({}, { classes: ['AuditEvent'] }), atNode(read(look as Partial<Read>))),
    ).toEqual([])
    expect(
      kinds(atGateway({}, { classes: ['Patient'] }), atNode(read({ classes: ['Patient'] }))),
    ).toEqual([])
  })

  it.each([
    ['a record that the organisation lacks', [atGateway({})], ['NOT_AT_ORGANIZATION']],
    ['an access that the gateway does not tell of', [atNode()], ['NOT_AT_GATEWAY']],
    [
      'rows of a source that was not asked',
      [atGateway({ status: 'NOT_ASKED', returned: 0 }), atNode()],
      ['OTHER_OUTCOME'],
    ],
    ['rows that no record names', [atGateway({ returned: 2 }), atNode()], ['ROWS_NOT_NAMED']],
    [
      'another decision',
      [
        atGateway({}),
        atNode(read({ items: [ITEM], decisionRef: { id: 'd-2', userSelected: true } })),
      ],
      ['OTHER_DECISION'],
    ],
    [
      'another purpose',
      [atGateway({}), atNode(read({ items: [ITEM], purpose: 'BTG' }))],
      ['OTHER_PURPOSE'],
    ],
  ])('finds %s', (_what, logged, expected) => {
    expect(kinds(...logged)).toEqual(expected)
  })

  it('holds the patient’s view against the logs, both ways', () => {
    const logged = [atGateway({}), atNode()]
    const of = { patient: PATIENT, operator: '310001007' }
    const whole = [
      { organization: '310001007', requestId: 'r-1', trace },
      { organization: NODE, requestId: 'r-2', trace },
    ]
    expect(compareView(logged, whole, of)).toEqual([])
    expect(compareView(logged, whole.slice(1), of).map(({ kind }) => kind)).toEqual(['NOT_IN_VIEW'])
    const more = [...whole, { organization: NODE, requestId: 'r-9', trace: null }]
    expect(compareView(logged, more, of).map(({ kind }) => kind)).toEqual(['ONLY_IN_VIEW'])
  })
})

describe('statements of patients', () => {
  const ID = '0b0e1a52-5d9c-4f0f-9d0e-1f8c5c3c2a11'
  const stated: Logged = {
    ...{ service: 'privacy', owner: 'privacy', sequence: 1 },
    record: {
      event: 'PATIENT_DATA_WRITTEN',
      ...{ at: '2026-03-14T11:00:00Z', requestId: 's', patient: PATIENT, classes: ['Consent'] },
      ...{ items: [ID], outcome: 'SUCCESS' },
      requester: { kind: 'citizen', pid: '08825133489', clientId: 'kilde-cli' },
    },
  }
  const decidedBy = (...rules: readonly string[]) =>
    atNode(read({ items: [ITEM], requestId: 'r-2', rules: [...rules] }))

  it('that organisations decided by were made where the privacy service recorded them', () => {
    const logged = [
      stated,
      decidedBy('Observation/personnel', `Observation/block:${ID}`, `Observation/consent:${ID}`),
    ]
    expect(holdStatements(logged)).toEqual({ named: 1, differences: [] })
    // The privacy service’s own log is held against no gateway’s.
    expect(reconcile([...logged, atGateway({})]).differences).toEqual([])
  })

  it.each(['block', 'consent', 'reservation'])('that nobody made are found: %s', (kind) => {
    const other = ID.replace('0', '1')
    expect(holdStatements([stated, decidedBy(`Observation/${kind}:${other}`)])).toEqual({
      named: 1,
      differences: [
        {
          ...{ kind: 'STATEMENT_UNKNOWN', organization: NODE, trace, requestId: 'r-2' },
          decisionRef: 'd-1',
        },
      ],
    })
  })
})

describe('recipients of a row', () => {
  const written = (at: string): Logged =>
    atNode({
      event: 'PATIENT_DATA_WRITTEN',
      ...{ at, requestId: 'w', patient: PATIENT, items: [ITEM], classes: ['Observation'] },
      requester: { kind: 'system', clientId: 'kilde-ingest' },
      outcome: 'SUCCESS',
    })

  it('tells who was given it before it was corrected', () => {
    const logged = [
      written('2026-03-14T11:00:00Z'),
      atNode(),
      written('2026-03-14T13:00:00Z'),
      atNode(read({ items: [ITEM], at: '2026-03-14T14:00:00Z' })),
      atNode(read({ items: [`${NODE}.2`] })),
      atGateway({}),
    ]
    const { recipients, writtenMs } = recipientsOf(ITEM, logged)
    expect(writtenMs).toHaveLength(2)
    expect(recipients.map(({ correctedLater }) => correctedLater)).toEqual([true, false])
  })
})
