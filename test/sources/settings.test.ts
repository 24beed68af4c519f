import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { fhirSettings } from '@kilde/organization/sources'

describe('docs/fhir-source.md', () => {
  const page = readFileSync(new URL('../../docs/fhir-source.md', import.meta.url), 'utf8')

  it('tells of every setting of a FHIR server, and of every limit with its default', () => {
    const { shape } = fhirSettings
    for (const name of Object.keys(shape)) expect(page).toContain(`| \`${name}\` |`)
    const { limits } = fhirSettings.parse({ kind: 'fhir', url: 'https://fhir.test' })
    for (const [name, value] of Object.entries(limits)) {
      const told = name.endsWith('ytes') ? `${value / 1_048_576} MiB` : value.toLocaleString('en')
      expect(page).toContain(`\`${name}\` ${told}`)
    }
  })
})
