import { describe, expect, it } from '@jest/globals'
import { joinTold, type ToJoin } from '../../src/merge/join-told.js'

const system = 'https://kilde.example/namingsystem'
const named = (value: string, of: string | null = system) => ({ system: of, value })
const measured = (value = 'm1') => ({ kind: 'MEASUREMENT', identifier: named(value) })
const ofPlan = (value = 'p1') => ({ kind: 'PLAN', identifier: named(value) })

const row = { id: 'r', since: '2026-03-14T08:00:00+01:00', identifier: [named('m1')] }
const plan = (value = 'p1', id = value) => ({
  ...{ id, version: 3, title: 'KOLS', identifier: [named(value)] },
  provenance: [
    { source: { number: '310000205' }, superseded: true },
    { source: { number: '310000108' }, superseded: false },
  ],
})
const alert = (says: string, about = [measured(), ofPlan()], id = 'a') => ({
  ...{ id, says, about },
  at: '2026-03-14T08:05:00+01:00',
})

type Parts = {
  [Part in 'rows' | 'statements' | 'among']?: Partial<ToJoin[Part]>
}
const more = { hasNextPage: true }

function join({ rows, statements, among }: Parts = {}) {
  const pageInfo = { hasNextPage: false }
  const [item] = joinTold({
    rows: { items: [{ code: 'c', row }], ...rows },
    statements: { nodes: [alert('RED')], pageInfo, ...statements },
    among: { nodes: [plan()], pageInfo, conflict: false, ...among },
    kind: 'PLAN',
  })
  return item
}

describe('what statements say of rows', () => {
  it('is shown with the plan that they name, of whoever holds it', () => {
    expect(join()).toMatchObject({
      ...{ code: 'c', row: 'r', says: 'RED', reason: null },
      within: { id: 'p1', version: 3, title: 'KOLS', source: { number: '310000108' } },
      told: [{ id: 'a', says: 'RED', within: ['p1'] }],
    })
  })

  const statements = (...nodes: ReturnType<typeof alert>[]) => ({ statements: { nodes } })
  it.each<[string, Parts]>([
    ['NO_ROW', { rows: { items: [{ code: 'c', row: null }] } }],
    ['NOT_TOLD', statements()],
    ['NOT_TOLD', statements(alert('RED', [measured('m2'), ofPlan()]))],
    ['TOLD_DIFFERENTLY', statements(alert('RED'), alert('YELLOW', undefined, 'b'))],
    [
      'TOLD_DIFFERENTLY',
      {
        ...statements(alert('RED'), alert('RED', [measured(), ofPlan('p2')], 'b')),
        among: { nodes: [plan(), plan('p2')] },
      },
    ],
    ['TOLD_DIFFERENTLY', { among: { nodes: [plan(), plan('p1', 'another version')] } }],
    ['PLAN_NOT_NAMED', statements(alert('RED', [measured()]))],
    ['PLAN_NOT_IN_FORCE', { among: { nodes: [] } }],
    ['PLAN_NOT_IN_FORCE', statements(alert('RED', [measured(), ofPlan('p9')]))],
    ['PLANS_IN_CONFLICT', { among: { conflict: true } }],
    ['NOT_ALL_READ', { among: { nodes: [], pageInfo: more } }],
    ['NOT_ALL_READ', { statements: { pageInfo: more } }],
    ['NOT_ALL_READ', { statements: { nodes: [], pageInfo: more } }],
  ])('is nothing for the reason %s, never a guess', (reason, parts) => {
    expect(join(parts)).toMatchObject({ says: null, within: null, reason })
  })

  it('keeps what was told, also where it is not clear', () => {
    const { told } = join(statements(alert('RED'), alert('YELLOW', [measured()], 'b'))) ?? {}
    expect(told).toMatchObject([
      { id: 'a', says: 'RED', within: ['p1'] },
      { id: 'b', says: 'YELLOW', within: [] },
    ])
  })

  it('takes no value without its system for the same, and no measurement’s number for a plan’s', () => {
    const bare = {
      rows: { items: [{ code: 'c', row: { ...row, identifier: [named('m1', null)] } }] },
    }
    const about = [{ kind: 'MEASUREMENT', identifier: named('m1', null) }]
    expect(join({ ...bare, ...statements(alert('RED', about)) })).toMatchObject({ told: [] })
    const confused = [measured(), { kind: 'MEASUREMENT', identifier: named('p1') }]
    expect(join(statements(alert('RED', confused)))).toMatchObject({ reason: 'PLAN_NOT_NAMED' })
  })

  it('needs no older statements than the row itself', () => {
    const old = { ...alert('GREEN', [measured('m0')], 'z'), at: '2026-03-01T08:00:00+01:00' }
    expect(join({ statements: { nodes: [alert('RED'), old], pageInfo: more } })).toMatchObject({
      says: 'RED',
    })
  })
})
