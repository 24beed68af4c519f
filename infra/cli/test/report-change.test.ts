import { describe, expect, it } from '@jest/globals'
import { reportChange } from '../src/registry/report-change.js'
import { captured } from './kit.js'

describe('a change of the registry that somebody has not confirmed', () => {
  it('ends with 3 and names whoever it is', () => {
    const [out, err] = [captured(), captured()]
    const surroundings = { out, err, readStdin: async () => '', env: {}, folder: '', now: Date.now }
    const answer = {
      version: 7,
      changed: true,
      acknowledged: ['kilde-gateway/gateway-4000'],
      missing: ['kilde-node-310000205/kilde-node-310000205'],
      ended: { organizations: ['310000302', '310000310'], agreements: ['a', 'b'] },
    }
    expect(reportChange('Bryggen legekontor (310000302) is removed', answer, surroundings)).toBe(3)
    expect(out.text()).toBe(`Bryggen legekontor (310000302) is removed (version 7).
Its sub-units ended with it: 310000310.
Agreements ended with it: a, b.
In effect at 1 of 2 followers: kilde-gateway/gateway-4000.
`)
    expect(err.text()).toBe(
      'kilde: not confirmed by kilde-node-310000205/kilde-node-310000205: what they answer next may still go by the state before.\n',
    )
  })
})
