import { expect, it } from '@jest/globals'
import { boundedStore } from '../../src/apollo/bounded-store.js'

it('a store of Apollo’s keeps the values used last, as many as it may', async () => {
  const store = boundedStore<{ readonly text: string }>(2)
  for (const text of ['a', 'b']) await store.set(text, { text })
  expect(await store.get('a')).toEqual({ text: 'a' })
  await store.set('c', { text: 'c' })
  expect(await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)))).toEqual([
    { text: 'a' },
    undefined,
    { text: 'c' },
  ])
  expect(await store.delete('a')).toBe(true)
  expect(await store.get('a')).toBeUndefined()
  store.clear()
  expect(await store.get('c')).toBeUndefined()
})
