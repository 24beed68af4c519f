import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** From the client to the service, or back. */
export type Direction = 'UP' | 'DOWN'

/** What happens to the bytes of a connection; names are Toxiproxy's. All but `partition` spoil what comes back. */
export interface Toxics {
  /** Everything later, by so much more or less. */
  readonly latency?: { readonly ms: number; readonly jitterMs?: number }
  /** In pieces of so many bytes, with a pause after each: a slow drip. */
  readonly slicer?: { readonly bytes: number; readonly pauseMs: number }
  readonly bandwidth?: { readonly bytesPerSecond: number }
  /** Takes requests and never answers: the connection is half open for ever. */
  readonly timeout?: true
  /** Nothing gets through one way until that is over; then everything does, as TCP sends it again. */
  readonly partition?: Direction
  /** A reset so long after the first byte of an answer would have come. */
  readonly reset_peer?: { readonly afterMs: number }
  /** So many bytes, then a reset or an orderly end. */
  readonly limit_data?: { readonly bytes: number; readonly end: 'RST' | 'FIN' }
  /** Other bytes in the place of the answer. */
  readonly rubbish?: Uint8Array
}

/** One direction of one connection. */
export interface Pipe {
  /** Looks at the toxics again, for what they held back. */
  release(): void
}

export const isHeld = ({ partition, timeout }: Toxics, direction: Direction): boolean =>
  partition === direction || (direction === 'DOWN' && timeout === true)

export function pipe(direction: Direction, from: Socket, to: Socket, toxics: () => Toxics): Pipe {
  let wake: () => void = () => {}
  const passing = async (): Promise<void> => {
    let passed = 0
    for await (const chunk of from) {
      // A new promise each time: toxics may change more than once while bytes are held.
      while (isHeld(toxics(), direction) && !to.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (to.destroyed) return
      const bytes = chunk as Buffer
      if (direction === 'UP') await write(to, bytes)
      else await spoil(to, bytes, toxics(), passed)
      passed += bytes.length
    }
    to.end()
  }
  // Whatever breaks, the sockets tell of it themselves.
  void passing().catch(() => to.destroy())
  return { release: () => wake() }
}

async function spoil(to: Socket, bytes: Buffer, toxics: Toxics, passed: number): Promise<void> {
  const { latency, reset_peer: reset, limit_data: limit, rubbish, bandwidth } = toxics
  if (latency) await sleep(around(latency))
  if (reset) {
    await sleep(reset.afterMs)
    to.resetAndDestroy()
    return
  }
  if (rubbish) {
    to.end(rubbish)
    return
  }
  if (bandwidth) await sleep((bytes.length / bandwidth.bytesPerSecond) * 1_000)
  const left = limit ? Math.max(0, limit.bytes - passed) : bytes.length
  await inSlices(to, bytes.subarray(0, left), toxics)
  if (left >= bytes.length) return
  // A reset right behind what was written would be an orderly end.
  await sleep(AFTER_WRITE_MS)
  if (limit?.end === 'FIN') to.end()
  else to.resetAndDestroy()
}

/** A slow connection whose client has left must keep nobody from ending. */
const sleep = (ms: number): Promise<void> => wait(ms, undefined, { ref: false })

const AFTER_WRITE_MS = 10

async function inSlices(to: Socket, bytes: Buffer, { slicer }: Toxics): Promise<void> {
  if (!slicer) return write(to, bytes)
  for (let at = 0; at < bytes.length && !to.destroyed; at += slicer.bytes) {
    await write(to, bytes.subarray(at, at + slicer.bytes))
    await sleep(slicer.pauseMs)
  }
}

/** Waits for a full socket, so that what nobody takes is not kept here either. */
function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (to.destroyed || !to.writable || to.write(bytes)) return resolve()
    const done = (): void => {
      to.off('drain', done)
      to.off('close', done)
      resolve()
    }
    to.once('drain', done)
    to.once('close', done)
  })
}

const around = ({ ms, jitterMs = 0 }: NonNullable<Toxics['latency']>): number =>
  Math.max(0, ms + jitterMs * (2 * Math.random() - 1))
