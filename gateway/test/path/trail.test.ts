import { expect, it } from '@jest/globals'
import { Trail } from '../../src/path/trail.js'

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
  expect(trail.sources).toEqual([{ organization: '310000108', status: 'OK', returned: 0 }])
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
