import type { WatchedNetwork } from './network.js'

/** How many questions about patients have reached nodes so far. A refused request must not add to it. */
export function questionsToSources({ endpoints, requests }: WatchedNetwork): number {
  const ports = new Set(Object.values(endpoints).map((url) => Number(new URL(url).port)))
  return requests.filter(({ port, url }) => ports.has(port) && url.endsWith('/graphql')).length
}
