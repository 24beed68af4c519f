import { describe, expect, it } from '@jest/globals'
import { clearMemory } from '../../src/memory/clear.js'
import { overwriteParserBuffer } from '../../src/memory/parser-buffer.js'
import { overwriteUndiciBuffer } from '../../src/memory/undici-buffer.js'

// That something is gone then, test/canary sees from outside: a test within the process would hold itself what it looks for.
describe('clearing memory', () => {
  it('leaves nothing of the last match of a regular expression', async () => {
    ;/secret \w+/.exec('a secret word')
    await clearMemory(new AbortController().signal)
    expect((RegExp as unknown as { input: string }).input).toBe('')
  })

  it('does nothing more once it is told to end', async () => {
    const ended = AbortSignal.abort()
    ;/kept/.exec('kept')
    await clearMemory(ended)
    expect((RegExp as unknown as { input: string }).input).toBe('kept')
  })

  it('gives nobody the means to collect garbage', () => {
    expect(globalThis).not.toHaveProperty('gc')
  })

  it('reaches the buffers of both HTTP parsers, as often as it is asked to', async () => {
    for (let time = 0; time < 3; time++) {
      await expect(overwriteParserBuffer()).resolves.toBeUndefined()
      await expect(overwriteUndiciBuffer()).resolves.toBeUndefined()
    }
  })
})
