import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ending } from '../../../gateway/src/transport/ending.js'
import { machineTimers } from '../../../gateway/src/transport/timers.js'
import { type FaultName, faultNamed } from '../../simulation/faults.js'
import { answerHonestly, type NodeQuestion } from '../../simulation/node.js'
import { seeded } from '../../simulation/random.js'
import type { Scene } from '../../simulation/scene.js'
import { holdingOf, patientNumbers } from './holding.js'

// A source that answers by docs/node-protocol.md over real connections, or misbehaves as a fault of the simulation does. It
// checks no tokens: it stands for what comes of a connection, not for who may see what.

/** What the process is told. */
export interface Told {
  readonly fault?: FaultName
  /** Takes this long to answer. */
  readonly latencyMs?: number
}

const number = process.argv[2] ?? ''
const holding = holdingOf(number)
const random = seeded(Number(number))
let told: Told = {}
let asked = 0

const server = createServer((request, response) => {
  void answer(request, response).catch(() => request.socket.destroy())
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
process.on('message', (message: Told) => {
  told = message
  process.send?.({ told: true })
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request)
  asked += 1
  process.send?.({ accepted: asked })
  const { fault = 'answers', latencyMs = 0 } = told
  await sleep(latencyMs)
  const { status, body: bytes } = await faultNamed(fault).play(sceneOf(body))
  response.writeHead(status, { 'content-type': 'application/json' }).end(bytes)
}

function sceneOf(body: Buffer): Scene {
  const question = JSON.parse(body.toString()) as NodeQuestion
  const asOf = new Date().toISOString()
  return {
    time: machineTimers,
    request: { body, token: '', endpoint: '', signal: new Ending() } as Partial<
      Scene['request']
    > as Scene['request'],
    random: random.fork(`${asked}`),
    latencyMs: 0,
    deadlineMs: 60_000,
    attempt: 1,
    effect: { told: [], lost: new Set(), partial: false, unknown: false, carried: true },
    honest: () => answerHonestly(number, holding, patientNumbers, question, asOf),
  }
}
