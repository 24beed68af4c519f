import { createServer } from 'node:net'

/** Below what systems give to outgoing connections (Linux from 32,768, others from 49,152): those take ports at any time. */
const FIRST = 16_384
const SPAN = 16_384
const TRIES = 500

/** Each process looks from a place of its own on, so that processes started together do not find the same port. */
let next = process.pid * 97

/**
 * A port that is free now. For a service whose own address must be known before it listens, because clients sign it into
 * their proofs. Another program may take it in between: the service then fails to start, it never answers wrongly.
 */
export async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + (next++ % SPAN)
    if (await isFree(port, host)) return port
  }
  throw new Error(`no port of ${TRIES} was free`)
}

function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
