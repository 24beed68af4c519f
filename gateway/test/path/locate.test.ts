import { describe, expect, it } from '@jest/globals'
import type { CatalogueState } from '@kilde/catalogue'
import { createLocate } from '../../src/path/locate.js'
import type { Fetch } from '../../src/path/stage.js'

const organization = (number: string, dataClasses: readonly string[], servesCitizens = true) => ({
  ...({ number, name: number, kind: 'OTHER', contractVersion: '1.2', state: 'ACTIVE' } as const),
  ...{ endpoint: `https://${number}.example`, dataClasses, servesCitizens },
})
const state: CatalogueState = {
  version: 1,
  issuedAt: '2026-03-14T12:00:00Z',
  organizations: [
    organization('310000108', ['Observation']),
    organization('310000205', ['Observation'], false),
    organization('310001007', ['AuditEvent']),
  ],
  agreements: [],
  memberships: [],
}
const locate = createLocate(
  { current: () => ({ state, confirmedAtMs: 0, stale: false }) } as never,
  () => Date.parse('2026-03-14T12:00:00Z'),
)
const asking = (...classes: readonly string[]): Fetch =>
  ({
    asked: { requester: { kind: 'citizen', purpose: 'PATRQT' } },
    plan: { classes: [...new Set(classes)] },
    fields: classes.map((dataClass) => ({ merged: { dataClass }, classes: [dataClass] })),
  }) as unknown as Fetch

describe('locating organisations for the fields of one fetch', () => {
  it('finds for one class whoever shares it', () => {
    const { providers, fieldsOf } = locate(asking('Observation', 'Observation'))
    expect(providers.map(({ number }) => number)).toEqual(['310000108'])
    expect(fieldsOf).toBeUndefined()
  })

  it('asks everybody who shares anything for its log, also who gives citizens no data', () => {
    const { providers } = locate(asking('AuditEvent'))
    expect(providers.map(({ number }) => number)).toEqual(['310000108', '310000205', '310001007'])
  })

  it('tells for which fields each was located, where they are of several classes', () => {
    const { providers, fieldsOf } = locate(asking('Observation', 'AuditEvent'))
    expect(providers.map(({ number }) => [number, fieldsOf?.get(number)])).toEqual([
      ['310000108', [true, true]],
      ['310000205', [false, true]],
      ['310001007', [false, true]],
    ])
  })
})
