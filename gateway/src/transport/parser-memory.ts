import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Client } from 'undici'

/** More than undici ever parses at once: a socket hands over at most two reads of 64 KiB. */
const BYTES = 262_144
const HEAD = `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${BYTES}\r\n\r\n`
const ZEROS = Buffer.concat([Buffer.from(HEAD), Buffer.alloc(BYTES)])

/** Answers whatever it is sent with zeros, in one piece. */
class ZeroSocket extends Duplex {
  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done()
    this.push(ZEROS)
  }
}

/**
 * undici parses answers in a WebAssembly memory of the process, which keeps the last piece of the last answer until another
 * overwrites it. This has an answer of zeros parsed, larger than any piece. The first time it makes that memory as large as it
 * will ever be, so that none with a piece of an answer in it is ever given up for a larger one.
 */
export function wipeParserMemory(): Promise<void> {
  const client = new Client('http://nobody.invalid', {
    connect(_options, callback) {
      // undici does not hear of a connection that is there at once. Parsing asks no more of a socket than of any stream.
      setImmediate(() => callback(null, new ZeroSocket() as unknown as Socket))
    },
  })
  const parsed = new Promise<void>((resolve) => {
    client.dispatch(
      { method: 'GET', path: '/' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: () => resolve(),
      },
    )
  })
  return parsed.then(() => client.destroy())
}

/** Wipes that memory when the last exchange is a while ago. While there are others, each overwrites what was there before. */
export class ParserMemory {
  readonly #timer: NodeJS.Timeout
  #underWay = 0
  #used = false

  /** @param idleMs How long nothing must have been under way. */
  constructor(idleMs: number) {
    void wipeParserMemory()
    this.#timer = setTimeout(() => this.#wipe(), idleMs).unref()
  }

  begin(): void {
    this.#underWay += 1
  }

  end(): void {
    this.#underWay -= 1
    this.#used = true
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #wipe(): void {
    // What is under way ends some time, and starts the timer anew.
    if (this.#underWay > 0 || !this.#used) return
    this.#used = false
    void wipeParserMemory()
  }
}
