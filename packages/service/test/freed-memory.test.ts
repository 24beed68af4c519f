import { describe, expect, it } from '@jest/globals'
import { OVERWRITE_FREED, overwritesFreed } from '../src/index.js'

describe('memory that is given back to the C library', () => {
  it.each([
    [OVERWRITE_FREED, true],
    [`glibc.malloc.arena_max=1:${OVERWRITE_FREED}`, true],
    ['glibc.malloc.perturb=85', false],
    [undefined, false],
  ])('is overwritten with GLIBC_TUNABLES=%s: %s', (tunables, overwritten) => {
    expect(overwritesFreed({ GLIBC_TUNABLES: tunables })).toBe(overwritten)
  })
})
