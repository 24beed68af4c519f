import { describe, expect, it } from '@jest/globals'
import { mayBeConfidential, type PrivacyView } from '../src/index.js'

const view: PrivacyView = {
  ...{ asOfMs: 0, blocks: [], consents: [], reservations: [], representation: [] },
}
const person = (addressConfidential: boolean): PrivacyView => ({
  ...view,
  person: { birthDate: '1951-02-08', addressConfidential },
})

describe('an address may be confidential', () => {
  it.each<[string, PrivacyView | 'UNKNOWN', boolean]>([
    ['where base data say that it is', person(true), true],
    ['not where they say that it is open', person(false), false],
    ['where they do not know the person', view, true],
    ['where nothing is known', 'UNKNOWN', true],
  ])('%s', (_where, held, may) => {
    expect(mayBeConfidential(held)).toBe(may)
  })
})
