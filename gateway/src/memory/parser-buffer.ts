import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

/** What Node reads at once, and the size of the buffer (bytes). */
const BUFFER_BYTES = 65_536
/** Many times that: the system hands over less than a whole buffer now and then. */
const SENT_BYTES = 16 * BUFFER_BYTES
const MOST_TRIES = 5

/**
 * Overwrites the buffer into which Node reads what comes in at its HTTP servers: one for the process, made once, which
 * keeps the last requests. Only a real connection fills it, so one is made to a server of its own on the loopback interface.
 * @throws Error where the buffer could not be filled
 */
export async function overwriteParserBuffer(): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) if (await fillOnce()) return
  throw new Error('the buffer of the HTTP parser could not be filled')
}

async function fillOnce(): Promise<boolean> {
  let whole = false
  const server = createServer((request, response) => {
    request.on('data', ({ length }: Buffer) => {
      whole ||= length === BUFFER_BYTES
    })
    request.once('end', () => response.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await sendZeros(server)
  } finally {
    server.close()
  }
  return whole
}

async function sendZeros(server: Server): Promise<void> {
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const headers = `host: nowhere\r\nconnection: close\r\ncontent-length: ${SENT_BYTES}`
  socket.write(`POST / HTTP/1.1\r\n${headers}\r\n\r\n`)
  socket.write(Buffer.alloc(SENT_BYTES))
  socket.resume()
  await once(socket, 'close')
}
