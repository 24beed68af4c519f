/** `not ready`: the node answers, and says that something it needs is missing. */
export type NodeHealth = 'ready' | 'not ready' | 'does not answer'

const TIMEOUT_MS = 3_000

/** Asks a node how it is. A hosted organisation's health is that of the process that hosts it. */
export async function nodeHealth(endpoint: string | undefined): Promise<NodeHealth> {
  if (endpoint === undefined) return 'does not answer'
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(new URL('/health/ready', endpoint), { redirect: 'error', signal })
    await response.arrayBuffer()
    return response.ok ? 'ready' : 'not ready'
  } catch {
    return 'does not answer'
  }
}
