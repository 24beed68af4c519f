import { describe, expect, it } from '@jest/globals'
import { doctorCodes } from '@kilde/cli'
import { healthCodes } from '@kilde/service'
import { read } from './documents.js'

describe('the runbook', () => {
  it('has a section for every code of health pages and doctor, and for no other', () => {
    const [, codes = ''] = read('docs/runbook.md').split('## Codes')
    const sections = codes.split(/\n## /)[0] ?? ''
    const told = [...sections.matchAll(/^### (\w+)$/gm)].map(([, code]) => code)
    expect(told).toEqual([...Object.keys(healthCodes), ...Object.keys(doctorCodes)].toSorted())
  })
})
