import { expect, it } from '@jest/globals'
import { checkContent, locateProviders } from '@kilde/catalogue'
import { organizations } from '@kilde/people'
import { demoCatalogue } from '../src/catalogue.js'

const endpoints = Object.fromEntries(
  Object.keys(organizations).map((key, at) => [key, `http://127.0.0.1:${4401 + at}`]),
)

it('the demo’s registry state is consistent, and everybody may ask everybody', () => {
  const content = demoCatalogue(endpoints)
  checkContent(content)
  const state = { version: 1, issuedAt: '2026-11-22T12:00:00Z', ...content }
  for (const { number } of Object.values(organizations)) {
    for (const purpose of ['TREAT', 'ETREAT', 'COC', 'BTG']) {
      const found = locateProviders(state, {
        consumer: number,
        dataClass: 'Observation',
        purpose,
        at: Date.now(),
      })
      expect(found).toHaveLength(6)
    }
  }
})

it('a demo of only some organisations knows only those', () => {
  const { organizations: entries, agreements } = demoCatalogue({
    gp: 'http://127.0.0.1:1',
    hospital: 'http://127.0.0.1:2',
  })
  expect(entries.map(({ name }) => name)).toEqual([
    'Fjordheim sykehus HF',
    'Fjordheim lungepoliklinikk',
    'Fjordheim akuttmottak',
    'Bryggen legekontor',
    'Bryggen legekontor',
  ])
  expect(agreements.map(({ id }) => id)).toEqual(['hospital-gp', 'gp-hospital'])
})
