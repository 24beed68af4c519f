import { type AddressInfo, createServer, type Socket } from 'node:net'

/** What a register says instead of the truth: an entry, or undefined for a number that it does not know. */
export type Said = Readonly<Record<string, object | undefined>>

/** The registers of a network, but for some entries. */
export interface Registers {
  /** Base URL, as `KILDE_BASE_DATA_URL` takes it. */
  readonly url: string
  /** The registers that say the truth of all the rest. */
  follow(baseUrl: string): void
  stop(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts registers outside of the network. They hold numbers of persons, as registers do: a plain socket, because every HTTP server of
 * this process is searched for numbers, and these are none of the services.
 * @param said by path, e.g. `hpr/9990003`
 */
export async function startRegisters(said: Said): Promise<Registers> {
  let truth = ''
  const answerTo = async (path: string): Promise<readonly [number, string]> => {
    if (Object.hasOwn(said, path)) return said[path] ? [200, JSON.stringify(said[path])] : NONE
    const found = await fetch(`${truth}/${path}`)
    return [found.status, await found.text()]
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let head = ''
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      const [, path = ''] = /^GET \/(\S*) HTTP\/1\.1\r\n/.exec(head) ?? []
      head = ''
      void answerTo(path)
        .catch(() => [502, '{}'] as const)
        .then(([status, body]) => socket.end(responseOf(status, body)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${HOST}:${port}`,
    follow: (baseUrl) => {
      truth = baseUrl
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const NONE = [404, '{}'] as const

const responseOf = (status: number, body: string): string =>
  [
    `HTTP/1.1 ${status} -`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
