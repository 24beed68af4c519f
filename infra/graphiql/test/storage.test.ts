import { describe, expect, it } from '@jest/globals'
import { createStorage } from '../page/storage.js'
import { examples } from './kit.js'

const greeting = {
  query: 'query Greeting($name: String) { hello(name: $name) }',
  operationName: 'Greeting',
}
const tabs = [
  {
    ...greeting,
    id: '1',
    hash: '{ hello } | { "name": "Kari" }',
    variables: '{ "name": "08825133489" }',
    headers: 'x',
    response: '{ "data": "secret" }',
  },
  {
    query: '{ a(b: "088251 33489") }',
    operationName: null,
    id: '2',
    variables: '{ "c": 1 }',
    headers: null,
    response: null,
  },
]

describe('what GraphiQL may remember', () => {
  it('is the queries, without variables, results, headers and identity numbers', () => {
    const kept = memory()
    createStorage(kept, examples).keepTabs({ activeTabIndex: 1, tabs })
    createStorage(kept, examples).setItem('graphiql:variables', '{ "name": "08825133489" }')
    createStorage(kept, examples).setItem('graphiql:theme', 'dark')
    expect([...kept.items.keys()]).toEqual(['graphiql:tabState', 'graphiql:theme'])
    expect(JSON.parse(kept.items.get('graphiql:tabState') ?? '')).toEqual({
      activeTabIndex: 1,
      tabs: [
        { ...greeting, id: '1', hash: null, variables: null, headers: null, response: null },
        {
          query: '{ a(b: "[number]") }',
          operationName: null,
          id: '2',
          hash: null,
          variables: null,
          headers: null,
          response: null,
        },
      ],
    })
  })

  it('comes back with the variables of the example of the same operation', () => {
    const kept = memory()
    createStorage(kept, examples).keepTabs({ activeTabIndex: 0, tabs })
    const again = createStorage(kept, examples)
    expect(JSON.parse(again.getItem('graphiql:tabState') ?? '').tabs[0].variables).toBe(
      '{\n  "name": "Kari"\n}',
    )
    expect(again.getItem('graphiql:query')).toBe(greeting.query)
    expect(again.getItem('graphiql:variables')).toBe('{\n  "name": "Kari"\n}')
  })

  it('begins with the first example', () => {
    const fresh = createStorage(memory(), examples)
    expect(fresh.getItem('graphiql:tabState')).toBeNull()
    expect(fresh.getItem('graphiql:query')).toBe(greeting.query)
    expect(fresh.getItem('graphiql:variables')).toBe('{\n  "name": "Kari"\n}')
  })
})

function memory() {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
    length: 0,
  }
}
