import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { toBundle } from '../src/access/audit-bundle.js'
import { toCsv } from '../src/access/csv.js'
import type { Entry } from '../src/access/entry.js'
import { takeOut } from '../src/access/take-out.js'
import type { Answer } from '../src/query/ask-gateway.js'
import type { Surroundings } from '../src/surroundings.js'

const entry = (change: Partial<Entry> = {}): Entry => ({
  ...{ id: '310000108.1', recorded: '2026-03-14T12:00:00Z', text: 'Somebody', outcome: 'READ' },
  ...{ reason: null, onBehalfOf: null, purpose: null, legalBasis: null, decision: null },
  ...{ classes: [], items: [], recordedBy: [], trace: null, requestId: 'r' },
  who: {
    ...{ kind: 'PROFESSIONAL', name: null, role: null, organization: null, pointOfCare: null },
    ...{ department: null, client: null },
  },
  ...change,
})
const takenOut = (...entries: readonly Entry[]) => ({
  ...{ entries, missing: [], complete: true, takenAt: '2026-03-15T12:00:00Z' },
})

describe('what is taken out', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])(
    'holds no formula for a spreadsheet: %j',
    (text) => {
      expect(toCsv(takenOut(entry({ text })))).toContain(`"'${text}"`)
    },
  )

  it('keeps quotes, commas and lines within a cell', () => {
    const text = 'He said "no",\r\nand went'
    expect(toCsv(takenOut(entry({ text })))).toContain('"He said ""no"",\r\nand went"')
  })

  it('holds no markup of a text’s own', () => {
    const [first] = (toBundle(takenOut(entry({ text: '<b>&' }))) as Bundle).entry
    expect(first?.resource).toMatchObject({
      text: { div: '<div xmlns="http://www.w3.org/1999/xhtml">&lt;b&gt;&amp;</div>' },
    })
  })

  it('says that it is incomplete, also where nobody says which log is missing', () => {
    const some = { ...takenOut(entry()), complete: false }
    expect(toCsv(some)).toContain('"INCOMPLETE"')
    expect((toBundle(some) as Bundle).entry.at(-1)?.resource).toEqual({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'warning', code: 'incomplete' }],
    })
  })

  it('is all pages, or no file at all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kilde-take-out-'))
    const asked: (string | null)[] = []
    const ask = async (after: string | null): Promise<Answer> => {
      asked.push(after)
      return answerOf(entry({ id: `310000108.${asked.length}` }), asked.length < 3)
    }
    const surroundings = surroundingsIn(folder)
    const taking = { file: 'log.csv', ask, judge: () => 0 as const }
    expect(await takeOut(taking, surroundings)).toBe(0)
    expect(asked).toEqual([null, 'cursor', 'cursor'])
    const text = await readFile(join(folder, 'log.csv'), 'utf8')
    expect(text.match(/310000108\.\d/g)).toEqual(['310000108.1', '310000108.2', '310000108.3'])
    asked.length = 0
    const judge = () => (asked.length === 2 ? 1 : 0)
    expect(await takeOut({ file: 'part.csv', ask, judge }, surroundings)).toBe(1)
    await expect(readFile(join(folder, 'part.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
    await rm(folder, { recursive: true })
  })
})

interface Bundle {
  readonly entry: readonly { readonly resource: object }[]
}

const silent = { write: () => {}, isTerminal: false, columns: 80 }
const surroundingsIn = (folder: string): Surroundings => ({
  ...{ out: silent, err: silent, env: {}, folder, now: Date.now },
  readStdin: async () => '',
})

function answerOf(node: Entry, hasNextPage: boolean): Answer {
  const pageInfo = { hasNextPage, endCursor: 'cursor' }
  const data = { patient: { accessLog: { nodes: [node], pageInfo, complete: true, sources: [] } } }
  return { status: 200, body: { data }, graphql: { data, errors: [] }, signature: '' }
}
