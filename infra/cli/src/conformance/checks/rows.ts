import {
  compareKeys,
  identifierToken,
  identityDigest,
  parseInstant,
  parsePatientIdentifier,
  patientDigest,
  statusLetters,
} from '@kilde/contract'
import { type Check, verdict } from '../check.js'
import {
  firstWrong,
  type ListAnswer,
  type ListField,
  ofEachList,
  type Row,
  readList,
  WHOLE,
} from '../lists.js'
import { at, listAt, textAt } from '../read.js'
import type { Tester } from '../tester.js'

type Found = ListAnswer & { readonly field: ListField }
type Problems = readonly (string | false | undefined)[]

const check = (
  id: string,
  title: string,
  find: (list: Found, tester: Tester) => Promise<Problems> | Problems,
): Check => ({
  id,
  level: 'MUST',
  title,
  run: async (tester) => verdict(await ofEachList(tester, (list) => find(list, tester))),
})

/** A sentence about the first row of which something does not hold. */
const each =
  (what: string, holds: (row: Row, list: Found, tester: Tester) => boolean) =>
  (list: Found, tester: Tester): Problems => [
    firstWrong(list.rows, what, (row) => holds(row, list, tester)),
  ]

/** RFC 3339 with an offset: what cannot be misread in another time zone. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

export const rowChecks: readonly Check[] = [
  check(
    'N-ROW-1',
    'names rows `<organisation number>.<local id>`, each once',
    ({ rows }, { setting }) => [
      firstWrong(rows, 'another form of id', ({ node }) =>
        new RegExp(`^${setting.organization}\\.[A-Za-z0-9.-]{1,64}$`).test(textAt(node, 'id')),
      ),
      new Set(rows.map(({ node }) => node['id'])).size < rows.length && 'a row came twice',
    ],
  ),
  check(
    'N-ROW-2',
    'gives each row a cursor of the layout, of this organisation and row',
    each(
      'a cursor of another layout, organisation or row',
      ({ key, node }, _, { setting }) =>
        key !== undefined && key.d === node['id'] && key.o === setting.organization,
    ),
  ),
  check(
    'N-ROW-3',
    'ties each row to the patient asked for, by the salt of the question',
    ({ rows, answer }, { setting }) => {
      const token = identifierToken(parsePatientIdentifier(setting.patients.known))
      const digest = patientDigest(answer.salt, token)
      return [
        firstWrong(rows, 'the digest of another patient or salt', ({ key }) => key?.p === digest),
      ]
    },
  ),
  check('N-ROW-4', 'orders rows by (t, i, o, d), newest first, each place once', ({ rows }) => [
    firstWrong(rows, 'out of order', ({ key }, index) => {
      const before = rows[index - 1]?.key
      return (
        index === 0 || (key !== undefined && before !== undefined && compareKeys(before, key) > 0)
      )
    }),
  ]),
  check(
    'N-ROW-5',
    'turns that order round, exactly, for OLDEST_FIRST',
    async ({ field, rows }, tester) => {
      const other = await readList(tester, field, { first: WHOLE, order: 'OLDEST_FIRST' })
      const turned = other.rows.map(({ key }) => key?.d).reverse()
      const isSame =
        turned.length === rows.length && rows.every(({ key }, index) => key?.d === turned[index])
      return [rows.length < WHOLE && !isSame && 'not the reverse of NEWEST_FIRST']
    },
  ),
  check(
    'N-ROW-6',
    'orders by the instant that the row shows',
    each('the cursor has another instant than the row', ({ key, node }, { field }) => {
      const shown = node[field.orderedBy]
      return typeof shown === 'string' && key?.t === parseInstant(shown)
    }),
  ),
  check(
    'N-ROW-7',
    'takes the identity from the first business identifier, or from the row id',
    each('another identity', ({ key, node }, { field }) => {
      const [first] = field.has('identifier') ? listAt(node, 'identifier') : []
      const text =
        first === undefined
          ? String(node['id'])
          : `${textAt(first, 'system')}|${textAt(first, 'value')}`
      return key?.i === identityDigest(text)
    }),
  ),
  check(
    'N-ROW-8',
    'tells status and version in the cursor as in the row',
    each('another status or version', ({ key, node }, { field }) => {
      const letters: Readonly<Record<string, string>> = statusLetters
      // Classes whose statuses are others than an observation's have a letter of their own kind in the cursor.
      const letter = field.name === 'observations' ? letters[String(node['status'])] : key?.s
      return key?.s === letter && (!field.has('version') || key?.n === node['version'])
    }),
  ),
  check(
    'N-ROW-9',
    'tells the owner in the cursor as in the provenance',
    each(
      'another owner',
      ({ key, node }, { field }) =>
        !field.has('provenance') || key?.w === at(node, 'provenance', 0, 'organization', 'number'),
    ),
  ),
  check(
    'N-ROW-10',
    'gives the same row the same content digest each time',
    async ({ field, rows }, tester) => {
      const again = await readList(tester, field, { first: WHOLE })
      const digests = new Map(again.rows.map(({ key }) => [`${key?.d} ${key?.n}`, key?.c]))
      return [
        firstWrong(rows, 'another digest the second time', ({ key }) => {
          const digest = digests.get(`${key?.d} ${key?.n}`)
          return digest === undefined || digest === key?.c
        }),
      ]
    },
  ),
  check(
    'N-ROW-11',
    'writes instants as RFC 3339 with their offset',
    each('an instant without offset', ({ node }, { field }) =>
      INSTANT.test(String(node[field.orderedBy])),
    ),
  ),
]
