import { describe, expect, it } from '@jest/globals'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'

const check = compileShapeCheck()
const weight = (more: object) => ({
  ...{ resourceType: 'Observation', status: 'final', code: { text: 'Vekt' } },
  ...more,
})

describe('the shape of FHIR resources', () => {
  it.each([
    ['a no-break space', '61\u00a0kg, veid hjemme'],
    ['a narrow no-break space and a line separator', '1\u202f000\u2028linje'],
  ])('lets texts hold %s', (_name, text) => {
    expect(
      check('Observation', weight({ valueString: text, note: [{ text }] }), 'it'),
    ).toBeUndefined()
  })

  it('refuses texts of nothing', () => {
    const found = check('Observation', weight({ note: [{ text: '' }] }), 'it')
    expect(found?.expression).toBe('it.note[0].text')
  })

  it('comes to an end with data in extensions that are almost base64', () => {
    const valueBase64Binary = `${'aaaa '.repeat(60)}!`
    const extension = [{ url: 'https://example.org/x', valueBase64Binary }]
    expect(check('Observation', weight({ extension }), 'it')?.expression).toBe(
      'it.extension[0].valueBase64Binary',
    )
  })

  it('lets canonical addresses have extensions, as VKP’s profile of answers does', () => {
    const answers = {
      ...{ resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:q' },
      _questionnaire: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/display', valueString: 'Q' }],
      },
    }
    expect(check('QuestionnaireResponse', answers, 'it')).toBeUndefined()
  })

  it.each([
    ['meta', { meta: 'x' }],
    ['meta', { meta: ['x'] }],
    ['effectivePeriod', { effectivePeriod: 5 }],
    ['valueQuantity', { valueQuantity: 61 }],
    ['code', { code: '29463-7' }],
    ['code', { code: null }],
    ['subject', { subject: 'Patient/1' }],
    ['code.coding[0]', { code: { coding: ['29463-7'] } }],
    ['_status', { _status: null }],
    ['contained[0]', { contained: ['#a'] }],
    ['text', { text: 'Vekt' }],
  ])('refuses %s that is no object (%j)', (element, more) => {
    const found = check('Observation', weight(more), 'it')
    expect(found).toMatchObject({
      expression: `it.${element}`,
      text: 'has another JSON type than FHIR R4 demands here',
    })
  })

  it('lets null stand where a list of primitives has an extension of another', () => {
    const extension = [{ url: 'https://example.org/x', valueString: 'y' }]
    const named = { given: ['Kari', 'Anne'], _given: [null, { extension }] }
    const patient = { resourceType: 'Patient', name: [named] }
    expect(check('Patient', patient, 'it')).toBeUndefined()
    const wrong = { ...patient, name: [{ ...named, _given: [null, 'x'] }] }
    expect(check('Patient', wrong, 'it')?.expression).toBe('it.name[0]._given[1]')
  })
})
