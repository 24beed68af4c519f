import { describe, expect, it } from '@jest/globals'
import { runVectors } from './vectors.js'

describe('the shared vectors of policy', () => {
  // All of them: npm run test:policy.
  it('are decided as the oracle says, and the files are the oracle’s', async () => {
    const { cells, mismatches, stale } = await runVectors(13)
    expect(mismatches.slice(0, 5)).toEqual([])
    expect(stale).toEqual([])
    expect(cells).toBeGreaterThanOrEqual(5_000)
  }, 300_000)
})
