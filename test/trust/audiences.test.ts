import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { note } from '../kit/note.js'
import { type ManyNodes, startNodes } from './twenty-nodes.js'

const NODES = 20
const REFUSED = '401 TOKEN_AUDIENCE'

let nodes: ManyNodes
beforeAll(async () => {
  nodes = await startNodes(NODES)
}, 300_000)
afterAll(() => nodes?.stop(), 60_000)

describe(`The tokens of ${NODES} nodes`, () => {
  it('T7 are accepted each at its own node alone: 20 of 400 times', async () => {
    const counts = { accepted: 0, refused: 0 }
    for (const own of nodes.numbers) {
      const token = nodes.tokenFor(own)
      for (const number of nodes.numbers) {
        const told = await nodes.ask(number, token)
        if (number === own) expect(told).toBe('200 EMPTY')
        else expect(told).toBe(REFUSED)
        counts[told === REFUSED ? 'refused' : 'accepted'] += 1
      }
    }
    note('T7', counts)
    expect(counts).toEqual({ accepted: NODES, refused: NODES * (NODES - 1) })
  }, 120_000)

  it('T7 for several of them at once, or for all, are accepted by none', async () => {
    const lists = [nodes.numbers.slice(0, 2), nodes.numbers]
    for (const list of lists) {
      const token = nodes.tokenFor(...list)
      for (const number of nodes.numbers) expect(await nodes.ask(number, token)).toBe(REFUSED)
    }
  }, 120_000)
})
