import type { Storage } from '@graphiql/toolkit'
import type { Example } from '../src/settings.js'

export interface PageStorage extends Storage {
  /** Remembers the tabs at once: a sign-in leaves the page, and GraphiQL itself writes half a second later. */
  readonly keepTabs: (tabs: Tabs) => void
}

/** The parts of GraphiQL's own record of its tabs that matter here. */
export interface Tabs {
  readonly tabs: readonly {
    readonly query: string | null
    readonly variables?: string | null | undefined
    readonly operationName: string | null
  }[]
  readonly activeTabIndex: number
}

const tabsKey = 'graphiql:tabState'
const identityNumber = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/g

/**
 * What GraphiQL may remember: the queries, until the browser tab is closed, and the choice of colours and panes.
 * Variables, results and headers stay in memory: variables hold identity numbers. They come back from the examples.
 */
export function createStorage(kept: Storage, examples: readonly Example[]): PageStorage {
  const read = (): Tabs | undefined => readTabs(kept.getItem(tabsKey), examples)
  const active = (): Partial<Tabs['tabs'][number]> | undefined => {
    const found = read()
    return found === undefined ? tabOf(examples[0]) : found.tabs[found.activeTabIndex]
  }
  return {
    getItem(key) {
      if (key === tabsKey) return asText(read())
      if (key === 'graphiql:query') return active()?.query ?? null
      if (key === 'graphiql:variables') return active()?.variables ?? null
      return kept.getItem(key)
    },
    setItem(key, value) {
      if (!forgotten.has(key)) kept.setItem(key, value)
    },
    keepTabs: (tabs) => kept.setItem(tabsKey, withoutVariables(tabs)),
    removeItem: (key) => kept.removeItem(key),
    clear: () => kept.clear(),
    get length() {
      return kept.length
    },
  }
}

const forgotten = new Set([
  tabsKey,
  'graphiql:query',
  'graphiql:variables',
  'graphiql:headers',
  'graphiql:queries',
])

/** An example as GraphiQL's tab. */
export function tabOf(
  example: Example | undefined,
): { query: string; variables: string } | undefined {
  if (example === undefined) return undefined
  return { query: example.query, variables: JSON.stringify(example.variables ?? {}, null, 2) }
}

function withoutVariables({ tabs, ...rest }: Tabs): string {
  // The hash, too, is made of them.
  const none = { variables: null, headers: null, response: null, hash: null }
  const bare = tabs.map((tab) => ({ ...tab, ...none }))
  return JSON.stringify({ ...rest, tabs: bare }).replace(identityNumber, '[number]')
}

function readTabs(value: string | null, examples: readonly Example[]): Tabs | undefined {
  if (value === null) return undefined
  const { tabs, activeTabIndex } = JSON.parse(value) as Tabs
  const variablesOf = (operation: string | null): string | null =>
    tabOf(examples.find(({ query }) => operation !== null && query.includes(`query ${operation}`)))
      ?.variables ?? null
  return {
    activeTabIndex,
    tabs: tabs.map((tab) => ({ ...tab, variables: variablesOf(tab.operationName) })),
  }
}

function asText(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
