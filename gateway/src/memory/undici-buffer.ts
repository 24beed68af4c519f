import { Duplex } from 'node:stream'
import { Client } from 'undici'

/**
 * More than a connection ever hands over at once: its high-water mark and one read, 64 KiB each. The buffer grows to what
 * was largest so far, and what it leaves behind by growing cannot be reached: the first exchange, at the start, makes it so
 * large that it never grows again.
 */
const LARGEST_CHUNK = 262_144
const HEAD = `HTTP/1.1 200 OK\r\ncontent-length: `

/**
 * Overwrites undici's parser buffer: it copies every piece of every answer into the memory of its WebAssembly parser, one
 * buffer for all connections, which keeps the last one. An exchange over a connection that leads nowhere puts zeros there.
 */
export async function overwriteUndiciBuffer(): Promise<void> {
  const client = new Client('http://nowhere.invalid', {
    connect: (_options, connected) => {
      const connection = nowhere()
      setImmediate(() => connected(null, connection as never))
    },
  })
  try {
    const { body } = await client.request({ method: 'GET', path: '/' })
    await body.dump({ limit: 2 * LARGEST_CHUNK })
  } finally {
    await client.destroy()
  }
}

/** A connection whose other end answers whatever it is sent with zeros, in one piece. */
function nowhere(): Duplex {
  const connection = new Duplex({
    readableHighWaterMark: 2 * LARGEST_CHUNK,
    read() {},
    write(_chunk, _encoding, written) {
      written()
      setImmediate(() => connection.push(zeros()))
    },
  })
  return connection
}

function zeros(): Buffer {
  const answer = Buffer.alloc(LARGEST_CHUNK)
  const head = Buffer.from(`${HEAD}${LARGEST_CHUNK - 64}\r\n\r\n`.padEnd(64))
  answer.set(head)
  return answer
}
