import { afterAll, describe, expect, it } from '@jest/globals'
import { wipeParserMemory } from '../../src/transport/parser-memory.js'
import { askOf, clientOf } from './kit.js'
import { answer, startRawSource } from './raw-source.js'

interface Made {
  readonly exports: { readonly memory?: { readonly buffer: ArrayBuffer } }
}
/** No types of WebAssembly come with Node's. */
const wasm = (
  globalThis as unknown as { WebAssembly: { Instance: new (...parts: unknown[]) => Made } }
).WebAssembly

/** The memories that are made from here on: undici makes its own when it first parses. */
const memories: { readonly buffer: ArrayBuffer }[] = []
const RealInstance = wasm.Instance
wasm.Instance = class extends RealInstance {
  constructor(...parts: unknown[]) {
    super(...parts)
    if (this.exports.memory) memories.push(this.exports.memory)
  }
}
afterAll(() => {
  wasm.Instance = RealInstance
})

const held = (word: string): boolean =>
  memories.some(({ buffer }) => Buffer.from(buffer).includes(word))

describe('The memory that undici parses in', () => {
  it('keeps what was parsed last, and nothing of it after it has been wiped', async () => {
    await wipeParserMemory()
    for (const size of [10, 100_000, 3_000]) {
      const text = JSON.stringify('PATIENT'.repeat(size))
      const source = await startRawSource({
        onRequest: (socket) => void socket.write(answer(text)),
      })
      const client = clientOf({ maxResponseBytes: 10_000_000 })
      expect((await askOf(client, source.endpoint)).body.toString()).toBe(text)
      expect(held('PATIENT')).toBe(true)
      await wipeParserMemory()
      expect(held('PATIENT')).toBe(false)
      await client.close()
      await source.close()
    }
    expect(memories).toHaveLength(1)
  })
  it('is wiped by itself when no source has been asked for a while', async () => {
    const source = await startRawSource({
      onRequest: (socket) => void socket.write(answer('"A PATIENT"')),
    })
    const client = clientOf({ wipeAfterMs: 20 })
    for (const _time of ['once', 'again']) {
      await askOf(client, source.endpoint)
      while (held('A PATIENT')) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await client.close()
    await source.close()
  })
})
