import { AFTER_ALL, BEFORE_ALL, encodeBoundary } from '@kilde/contract'
import { type Check, verdict } from '../check.js'
import {
  clinicalLists,
  type ListAnswer,
  type ListField,
  listQuery,
  ofEachList,
  type Row,
  readList,
  WHOLE,
} from '../lists.js'
import { refusal } from '../refused.js'
import type { Tester } from '../tester.js'

type Found = ListAnswer & { readonly field: ListField }
type Problems = readonly (string | false | undefined)[]

const check = (
  id: string,
  title: string,
  find: (list: Found, tester: Tester) => Promise<Problems>,
): Check => ({
  id,
  level: 'MUST',
  title,
  run: async (tester) => verdict(await ofEachList(tester, (list) => find(list, tester))),
})

const ids = (rows: readonly Row[]): string => rows.map(({ key }) => key?.d).join(' ')
/** Pages that are turned at most: enough to see a gap, few enough for a node with years of rows. */
const MOST_PAGES = 12
const PAGE = 7

/** Where a page ended: by the cursor; by the same place as a boundary where a requester signs it, as gateways' cursors begin. */
function placeOf(row: Row | undefined, { setting }: Tester): string | undefined {
  return setting.requestSignature === 'REQUESTER' && row?.key
    ? encodeBoundary(row.key)
    : row?.cursor
}

/** Turns pages by the cursor of the last row. */
async function turn(tester: Tester, field: ListField, order: string) {
  const rows: Row[] = []
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const found = await readList(tester, field, { first: PAGE, order, ...(after && { after }) })
    rows.push(...found.rows)
    if (found.rows.length > PAGE) return { rows, fault: 'more rows than were asked for' }
    if (!found.more) return { rows, fault: undefined }
    if (found.rows.length < PAGE)
      return { rows, fault: 'a page that is not full, and more to follow' }
    after = placeOf(found.rows.at(-1), tester)
  }
  return { rows, fault: undefined }
}

export const pageChecks: readonly Check[] = [
  check(
    'N-PAGE-1',
    'gives pages without gap or repeat, newest first',
    async ({ field, rows }, tester) => {
      const turned = await turn(tester, field, 'NEWEST_FIRST')
      const wanted = rows.slice(0, PAGE * MOST_PAGES)
      return [turned.fault, ids(turned.rows) !== ids(wanted) && 'the pages are not the whole list']
    },
  ),
  check(
    'N-PAGE-2',
    'gives pages without gap or repeat, oldest first',
    async ({ field, rows }, tester) => {
      if (rows.length >= WHOLE) return []
      const turned = await turn(tester, field, 'OLDEST_FIRST')
      const wanted = rows.toReversed().slice(0, PAGE * MOST_PAGES)
      return [turned.fault, ids(turned.rows) !== ids(wanted) && 'the pages are not the whole list']
    },
  ),
  check(
    'N-PAGE-3',
    'takes a boundary that the gateway makes, before and behind an identity',
    async ({ field, rows }, tester) => {
      const [row] = rows.slice(5)
      if (!row?.key) return []
      const { t, i } = row.key
      const until = async (edge: string) => {
        const after = encodeBoundary({ t, i, o: edge, d: edge })
        return (await readList(tester, field, { first: 3, after })).rows
      }
      const same = rows.filter(({ key }) => key?.t === t && key.i === i)
      const from = rows.indexOf(same[0] ?? row)
      const behind = from + same.length
      return [
        ids(await until(AFTER_ALL)) !== ids(rows.slice(from, from + 3)) &&
          'not from the identity on',
        ids(await until(BEFORE_ALL)) !== ids(rows.slice(behind, behind + 3)) &&
          'not from behind it on',
      ]
    },
  ),
  check('N-PAGE-4', 'says truly whether more rows follow', async ({ field, rows }, tester) => {
    if (rows.length < 2 || rows.length >= WHOLE) return []
    const exact = await readList(tester, field, { first: rows.length })
    const less = await readList(tester, field, { first: rows.length - 1 })
    return [
      exact.more && '`hasNextPage` where nothing follows',
      !less.more && 'no `hasNextPage` where a row follows',
    ]
  }),
  check(
    'N-PAGE-5',
    'counts all rows that the conditions leave, whatever the page',
    async ({ field, rows }, tester) => {
      if (!field.counts || rows.length >= WHOLE) return []
      const { total } = await readList(tester, field, { first: 1 })
      return [total !== rows.length && `counts ${total} of ${rows.length} rows`]
    },
  ),
  check('N-PAGE-6', 'gives up to 1,001 rows in one page', async ({ field, rows }, tester) => {
    const largest = await readList(tester, field, { first: 1_001 })
    return [
      largest.answer.status !== 200 && '`first: 1001` is refused',
      largest.answer.status === 200 &&
        largest.rows.length < rows.length &&
        'fewer rows than for 1,000',
    ]
  }),
  refusal({
    id: 'N-PAGE-7',
    title: 'refuses pages of no row, of more than 1,001, and cursors that are none',
    status: [400],
    attempts: () => {
      const [field] = clinicalLists
      if (!field) return {}
      const query = listQuery(field)
      return {
        'first: 0': { query, variables: { first: 0 } },
        'first: 1002': { query, variables: { first: 1_002 } },
        'a cursor that is none': { query, variables: { after: 'abc' } },
        'a boundary of another version': {
          query,
          variables: { after: Buffer.from('{"v":9}').toString('base64url') },
        },
      }
    },
  }),
]
