import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { NodeCursor } from '@kilde/contract'
import { organizations } from '@kilde/people'
import type { WatchedNetwork } from '../kit/network.js'
import { altered, edgeAt, moveCursor, readCursor } from './altered-answer.js'
import {
  askList,
  askWhole,
  heal,
  type List,
  MARK,
  proxyOf,
  type Row,
  reportOf,
  rowsExcept,
  STARTING_MS,
  startFaultyNetwork,
} from './setting.js'

const owner = organizations.municipality.number
const rogue = organizations.hospital.number

describe('a source that speaks for another', () => {
  let network: WatchedNetwork
  let whole: List
  /** The place of the municipality's newest row, which the rogue forges. */
  let genuine: NodeCursor
  beforeAll(async () => {
    network = await startFaultyNetwork()
    proxyOf(network, 'municipality').behave(
      altered(({ edges }) => {
        genuine = readCursor(edgeAt(edges, 0))
      }),
    )
    whole = await askWhole(network)
    heal(network)
  }, STARTING_MS)
  afterEach(() => heal(network))
  afterAll(() => network.stop())

  /** The hospital sends one row only: its copy of the municipality's newest, with other content. */
  async function askForged(change: Partial<NodeCursor>): Promise<List> {
    proxyOf(network, 'hospital').behave(
      altered((list) => {
        const edge = edgeAt(list.edges, 0)
        const { t, i } = genuine
        moveCursor(edge, { t, i, c: 'f'.repeat(32), ...change })
        edge.r0_0['valueText'] = MARK
        list.edges = [edge]
      }),
    )
    return askList(network)
  }

  const rowOf = ({ nodes }: List, number: string): Row | undefined =>
    nodes.find(({ id }) => id.startsWith(`${number}.`))
  const ownersRow = (list: List) => list.nodes.find(({ id }) => id === genuine.d)

  it.each<readonly [string, () => Partial<NodeCursor>]>([
    ['claims a higher version of the owner’s row', () => ({ n: 99, w: owner })],
    ['claims the same version', () => ({ n: genuine.n, w: owner })],
    ['claims to be the owner, of a higher version', () => ({ n: 99, w: rogue })],
    ['claims that somebody else is the owner', () => ({ n: 99, w: organizations.gp.number })],
  ])(
    'never takes the place of the owner’s row; both are shown, flagged: it %s',
    async (_, change) => {
      const list = await askForged(change())
      const shown = ownersRow(list)
      expect(shown).toEqual({ ...ownersRow(whole), conflict: true })
      expect(shown?.provenance.map(({ source }) => source.number)).toEqual([owner])
      expect(rowOf(list, rogue)).toMatchObject({ valueText: MARK, conflict: true })
      expect(rowsExcept(list, 'municipality', 'hospital')).toEqual(
        rowsExcept(whole, 'municipality', 'hospital'),
      )
    },
  )

  it('is joined to the owner’s row as a superseded copy where it claims an older version', async () => {
    const list = await askForged({ n: genuine.n - 1, w: owner })
    const shown = ownersRow(list)
    expect(shown).toMatchObject({ valueText: ownersRow(whole)?.valueText, conflict: false })
    expect(shown?.provenance.map(({ source, superseded }) => [source.number, superseded])).toEqual([
      [owner, false],
      [rogue, true],
    ])
    expect(rowOf(list, rogue)).toBeUndefined()
    expect(JSON.stringify(list)).not.toContain(MARK)
  })

  it('cannot name another source than itself, nor call its rows current or free of conflict', async () => {
    proxyOf(network, 'hospital').behave(
      altered(({ edges }) => {
        for (const { r0_0: row } of edges) {
          const [provenance] = row['provenance'] as { source: object }[]
          if (!provenance) throw new TypeError('a row without provenance')
          Object.assign(provenance.source, { number: owner })
          Object.assign(provenance, { superseded: true })
          row['conflict'] = true
        }
      }),
    )
    const list = await askList(network)
    expect(list.nodes).toEqual(whole.nodes)
    expect(reportOf(list, 'hospital')?.status).toBe('OK')
  })
})
