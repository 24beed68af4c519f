import { createServer } from 'node:net'

/**
 * A port that is free now. For a service whose own address must be known before it listens, because clients sign it into
 * their proofs. Another program may take it in between: the service then fails to start, it never answers wrongly.
 */
export async function freePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, host, resolve)
  })
  const address = probe.address()
  await new Promise<void>((resolve) => probe.close(() => resolve()))
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return address.port
}
