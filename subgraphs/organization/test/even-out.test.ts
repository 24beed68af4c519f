import { describe, expect, it } from '@jest/globals'
import { createEvenOut } from '../src/path/even-out.js'

/** Work that takes so long on a clock that only waiting and working move; how long it took with the wait. */
async function took(workMs: number, everyMs = 200, fault?: Error): Promise<number> {
  let clock = 1_000.5
  const evenOut = createEvenOut({
    everyMs,
    elapsed: () => clock,
    wait: async (ms) => {
      clock += ms
    },
  })
  const work = evenOut(async () => {
    clock += workMs
    if (fault) throw fault
    return 'answer'
  })
  if (fault) await expect(work).rejects.toBe(fault)
  else expect(await work).toBe('answer')
  return clock - 1_000.5
}

describe('answers of an organisation that does not disclose', () => {
  it.each([
    [0.01, 200],
    [12, 200],
    [199.9, 200],
    [200, 200],
    [200.1, 400],
    [399, 400],
  ])('leave after work of %d ms when %d ms have passed', async (workMs, expected) => {
    expect(await took(workMs)).toBeCloseTo(expected, 6)
  })

  it('take as long where they fail', async () => {
    expect(await took(3, 200, new Error('refused'))).toBeCloseTo(200, 6)
  })

  it('leave at once where nothing is to be evened out', async () => {
    expect(await took(17, 0)).toBeCloseTo(17, 6)
  })
})
