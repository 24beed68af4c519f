import { expect, it } from '@jest/globals'
import { Trail } from '../../src/path/trail.js'
import { EXCLUDED_PAGE, type SourcePage } from '../../src/transport/source-answer.js'

const answer = (organization: string, status: 'OK' | 'EMPTY' | 'UNREACHABLE') => ({
  organization,
  status,
  reason: undefined,
  elapsedMs: 1,
  pages: [],
})

const planOf = (field: string) => ({ selected: [field], classes: [field.split('.')[0] ?? ''] })

it('replaces what was noted of a fetch by what was noted of it later', () => {
  const trail = new Trail()
  const plan = planOf('Observation.id')
  trail.note([answer('310000108', 'UNREACHABLE')], plan)
  trail.note([answer('310000108', 'OK')], plan)
  const source = { organization: '310000108', status: 'OK', returned: 0, complete: true }
  expect(trail.sources).toEqual([source])
})

it('says of an answer whether its source left something out, in whatever fetch', () => {
  const told = (page: Partial<SourcePage>, status: 'OK' | 'EMPTY' = 'OK') => {
    const trail = new Trail()
    const pages = [{ ...EXCLUDED_PAGE, ...page }]
    trail.note([{ ...answer('310000108', status), pages }], planOf('Observation.id'))
    trail.note([answer('310000108', 'OK')], planOf('Observation.code'))
    return trail.sources[0]?.complete
  }
  expect(told({})).toBe(true)
  expect(told({ dropped: 1 })).toBe(false)
  expect(told({ withheld: 'OBJECTION' })).toBe(false)
  expect(told({ withheld: 'NOT_DISCLOSED' }, 'EMPTY')).toBe(false)
  const trail = new Trail()
  trail.note([answer('310000108', 'UNREACHABLE')], planOf('Observation.id'))
  expect(trail.sources[0]).not.toHaveProperty('complete')
})

it('keeps one entry for a source that several fetches asked', () => {
  const trail = new Trail()
  trail.note([answer('310000108', 'OK'), answer('310000205', 'EMPTY')], planOf('Observation.id'))
  trail.note([answer('310000108', 'OK')], planOf('Observation.code'))
  expect(trail.sources.map(({ organization }) => organization)).toEqual(['310000108', '310000205'])
  expect(trail.fields).toEqual(['Observation.code', 'Observation.id'])
  expect(trail.classes).toEqual(['Observation'])
})

it('tells whether anybody was asked about the patient', () => {
  const trail = new Trail()
  expect(trail.hasAsked).toBe(false)
  trail.noteOther(['Patient.blocks'])
  expect(trail.hasAsked).toBe(true)
  expect(trail.fields).toEqual(['Patient.blocks'])
})
