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
})
