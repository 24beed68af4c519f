import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { fhirSettings, shadowSettings } from '@kilde/organization/sources'

describe('docs/fhir-source.md', () => {
  const page = readFileSync(new URL('../../docs/fhir-source.md', import.meta.url), 'utf8')

  it('tells of every setting of a FHIR server, and of every limit with its default', () => {
    const { shape } = fhirSettings
    for (const name of [...Object.keys(shape), 'shadow']) expect(page).toContain(`| \`${name}\` |`)
    const { limits } = fhirSettings.parse({ kind: 'fhir', url: 'https://fhir.test' })
    for (const [name, value] of Object.entries(limits)) {
      const told = name.endsWith('ytes') ? `${value / 1_048_576} MiB` : value.toLocaleString('en')
      expect(page).toContain(`\`${name}\` ${told}`)
    }
  })
})

describe('docs/shadow.md', () => {
  const page = readFileSync(new URL('../../docs/shadow.md', import.meta.url), 'utf8')

  it('tells of every setting of a shadow, with its default', () => {
    for (const [name, value] of Object.entries(shadowSettings.parse({}))) {
      const told = typeof value === 'number' ? value.toLocaleString('en') : `\`${value}\``
      expect(page).toMatch(new RegExp(`\\| \`${name}\` \\|.*Default ${told} \\|`))
    }
  })
})
