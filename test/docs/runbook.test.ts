import { describe, expect, it } from '@jest/globals'
import { healthCodes } from '@kilde/service'
import { read } from './documents.js'

describe('the runbook', () => {
  it('has a section for every code of the health pages, and for no other', () => {
    const [, codes = ''] = read('docs/runbook.md').split('## Codes')
    const sections = codes.split(/\n## /)[0] ?? ''
    const told = [...sections.matchAll(/^### (\w+)$/gm)].map(([, code]) => code)
    expect(told).toEqual(Object.keys(healthCodes))
  })
})
