import { createServer } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { freePort } from '../src/index.js'

const HOST = '127.0.0.1'

describe('a free port', () => {
  it('can be listened on, and is never given twice', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort(HOST)))
    expect(new Set(ports).size).toBe(20)
    const servers = await Promise.all(ports.map(listen))
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  })

  it('is none that outgoing connections may take', async () => {
    const port = await freePort(HOST)
    expect(port).toBeGreaterThanOrEqual(16_384)
    expect(port).toBeLessThan(32_768)
  })

  it('is none that is taken', async () => {
    const taken = await listen((await freePort(HOST)) + 1)
    const free = await freePort(HOST)
    const address = taken.address()
    expect(address).toMatchObject({ port: expect.any(Number) })
    expect(address).not.toMatchObject({ port: free })
    await new Promise((resolve) => taken.close(resolve))
  })
})

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => resolve(server))
  })
}
