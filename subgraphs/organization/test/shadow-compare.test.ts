import { describe, expect, it } from '@jest/globals'
import type { LatestQuestion, Page, PageQuestion, SourceRow } from '@kilde/organization/sources'
import { compareLatest, compareNames, comparePages } from '../src/sources/shadow/compare-answers.js'
import { compareResources } from '../src/sources/shadow/compare-json.js'

const fields = (existing: string, shadow: string) =>
  compareResources(existing, shadow).map(({ field }) => field)

describe('two resources side by side', () => {
  it('differ where they say different things, by the path of the element', () => {
    const existing =
      '{"status":"final","code":{"text":"a"},"component":[{"valueQuantity":{"value":1,"unit":"kg"}}]}'
    const shadow =
      '{"code":{"text":"a"},"status":"amended","component":[{"valueQuantity":{"value":2}}],"issued":"x"}'
    expect(compareResources(existing, shadow)).toEqual([
      { field: 'status', existing: '"final"', shadow: '"amended"' },
      { field: 'component[0].valueQuantity.value', existing: '1', shadow: '2' },
      { field: 'component[0].valueQuantity.unit', existing: '"kg"', shadow: undefined },
      { field: 'issued', existing: undefined, shadow: '"x"' },
    ])
  })

  it('differ in form alone where digits or zones are written otherwise', () => {
    expect(fields('{"value":70.0}', '{"value":70}')).toEqual(['value (form)'])
    expect(fields('{"at":"2026-11-20T08:00:00+01:00"}', '{"at":"2026-11-20T07:00:00Z"}')).toEqual([
      'at (form)',
    ])
    expect(fields('{"note":"\\u00e5"}', '{"note":"å"}')).toEqual([])
  })

  it('have ids, texts and references of their own; whom they name by identifier is compared', () => {
    const resource = (id: string, number: string): string =>
      `{"id":"${id}","meta":{"versionId":"${id}"},"text":{"div":"${id}"},"performer":[{"reference":"Organization/${id}","identifier":{"value":"${number}"}}]}`
    expect(fields(resource('a', '1'), resource('b', '1'))).toEqual([])
    expect(fields(resource('a', '1'), resource('b', '2'))).toEqual([
      'performer[0].identifier.value',
    ])
  })

  it('differ as a whole where a list is longer, and in at most 20 places', () => {
    expect(fields('{"note":[1,2]}', '{"note":[1]}')).toEqual(['note'])
    const many = (value: number): string =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`e${n}`, value])))
    expect(fields(many(1), many(2))).toHaveLength(20)
  })
})

describe('two pages side by side', () => {
  it('have the same rows by id, by identity, by what they say, or by time and code', () => {
    const existing = [
      row('a', 4),
      row('b', 3, { identity: 'same', content: 'b' }),
      row('c', 2, { content: 'same' }),
      row('d', 1, { resource: '{"code":{"text":"x"},"status":"final"}' }),
    ]
    const shadow = [
      row('a', 4),
      row('y', 3, { identity: 'same', content: 'b' }),
      row('z', 2, { content: 'same' }),
      row('w', 1, { resource: '{"code":{"text":"x"},"status":"amended"}', status: 'amended' }),
    ]
    expect(comparePages(question(), page(existing), page(shadow))).toMatchObject({
      ...{ same: 3, missing: [], extra: [] },
      differing: [{ existing: 'd', shadow: 'w', fields: [{ field: 'status' }] }],
    })
  })

  it('differ by rows that only one of them has', () => {
    const compared = comparePages(
      question(),
      page([row('a', 3), row('b', 2)]),
      page([row('b', 2), row('c', 1)]),
    )
    expect(compared).toMatchObject({ same: 1, missing: ['a'], extra: ['c'], differing: [] })
  })

  it('do not differ by what may stand behind the end of one of them, or at the instant they begin behind', () => {
    const long = page([row('a', 9), row('b', 5), row('c', 2), row('d', 1)])
    const cut = page([row('a', 9), row('b', 5)], { more: true })
    expect(comparePages(question(), long, cut)).toMatchObject({ same: 2, missing: [], extra: [] })
    expect(comparePages(question(), cut, long)).toMatchObject({ same: 2, missing: [], extra: [] })
    const after = { t: 9, i: '', d: '' }
    const one = comparePages(question({ after }), page([row('a', 9)]), page([]))
    expect(one.missing).toEqual([])
    const newest = comparePages(question({ last: 2 }), long, page([row('a', 9), row('b', 5)]))
    expect(newest).toMatchObject({ missing: [], extra: [] })
    expect(comparePages(question({ last: 9 }), long, page([])).missing).toHaveLength(4)
  })

  it('differ in what is said of the whole answer', () => {
    const shadow = page([], { known: false, truncated: true, closedFor: ['ROLE'], count: 3 })
    const { answer } = comparePages(question(), page([], { count: 0 }), shadow)
    expect(answer.map(({ field }) => field)).toEqual(['known', 'closedFor', 'truncated', 'count'])
  })

  it('differ in content where nothing that was asked for tells it', () => {
    const { differing } = comparePages(
      question(),
      page([row('a', 1)]),
      page([row('a', 1, { content: 'other' })]),
    )
    expect(differing).toMatchObject([{ fields: [{ field: 'content' }] }])
  })
})

describe('the newest of each code, and names', () => {
  it('differ by item, and not by corrections beyond the limit', () => {
    const asked = {
      items: [['a'], ['b']],
      limit: 1,
      status: ['final'],
    } as unknown as LatestQuestion
    const found = (...items: SourceRow[][]) => ({ known: true, asOfMs: 0, items })
    const compared = compareLatest(
      asked,
      found([row('a', 2)], [row('b', 1)]),
      found([row('x', 3, { status: 'entered-in-error' })], [row('b', 1)]),
    )
    expect(compared).toMatchObject({ same: 1, missing: [], extra: [] })
    const other = compareLatest(asked, found([row('a', 2)], []), found([row('z', 1)], []))
    expect(other).toMatchObject({ same: 0, missing: ['a'], extra: [] })
  })

  it('differ by use', () => {
    const names = (family: string, use: string) => ({
      ...{ known: true, asOfMs: 0 },
      names: [{ text: `Kari ${family}`, family, given: ['Kari'], use, recordedMs: 0 }],
    })
    expect(compareNames(names('Kols', 'official'), names('Nordmann', 'official'))).toMatchObject({
      differing: [{ existing: 'official', fields: [{ field: 'text' }, { field: 'family' }] }],
    })
    expect(compareNames(names('Kols', 'official'), names('Kols', 'old'))).toMatchObject({
      ...{ missing: ['official'], extra: ['old'] },
    })
  })
})

const row = (id: string, t: number, more: Partial<SourceRow> = {}): SourceRow => ({
  ...{ id, t, identity: `i-${id}`, precision: 'INSTANT', version: 1, status: 'final' },
  ...{ content: `c-${id}`, owner: '310000108', authorKind: 'UNKNOWN', receivedMs: 0 },
  ...{ resource: '{}', ...more },
})

const page = (rows: readonly SourceRow[], more: Partial<Page> = {}): Page => ({
  ...{ known: true, asOfMs: 0, rows, more: false, ...more },
})

const question = (more: Partial<PageQuestion> = {}): PageQuestion =>
  ({ order: 'NEWEST_FIRST', status: ['final'], limit: 10, ...more }) as PageQuestion
