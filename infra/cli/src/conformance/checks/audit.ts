import { randomBytes } from 'node:crypto'
import { claims } from '@kilde/trust'
import { type Check, fail, notApplicable, type Outcome, verdict } from '../check.js'
import { at, listAt, named, textAt } from '../read.js'
import type { Claims } from '../setting.js'
import type { Tester } from '../tester.js'

const LOG = `query ($identifier: PatientIdentifier!, $filter: AccessLogFilter) {
  patient(identifier: $identifier) {
    accessLog(first: 50, filter: $filter) {
      edges { cursor node { id recorded text who { kind name organization { number } } purpose { code } decision { id } outcome
        reason { code } classes { code } fields items trace } } sources { organization { number } status }
    }
  }
}`

type Entries = readonly unknown[]

/** The patient’s own view of this node’s log. */
async function readLog(
  tester: Tester,
  filter: Claims = {},
): Promise<{ entries: Entries; said: string } | undefined> {
  const { citizen } = tester.setting.requesters
  if (!citizen) return undefined
  const answer = await tester.ask({ as: citizen, query: LOG, variables: { filter } })
  const entries = listAt(answer.json, 'data', 'patient', 'accessLog', 'edges').map((edge) =>
    at(edge, 'node'),
  )
  return { entries, said: named(answer) }
}

const NOBODY = 'no citizen is named who could read the log'

/** A question that can be told from all others: by its trace. */
async function traced(tester: Tester, token: (right: Claims) => Claims = (right) => right) {
  const trace = randomBytes(16).toString('hex')
  const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`
  const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 2) { edges { node { id } } } } }`
  const answer = await tester.ask({ query, token, context: (right) => ({ ...right, traceparent }) })
  return { trace, answer }
}

const check = (id: string, title: string, run: (tester: Tester) => Promise<Outcome>): Check => ({
  id,
  level: 'MUST',
  title,
  run: async (tester) => (tester.setting.requesters.citizen ? run(tester) : notApplicable(NOBODY)),
})

/** An access, and its entry in the log. */
const access = (tester: Tester) =>
  tester.once('access', async () => {
    const { trace, answer } = await traced(tester)
    const log = await readLog(tester)
    return { answer, log, entry: log?.entries.find((one) => textAt(one, 'trace') === trace) }
  })

/** Checks of that entry. */
const ofEntry = (
  id: string,
  title: string,
  problems: (
    entry: unknown,
    tester: Tester,
    rows: readonly string[],
  ) => readonly (string | false)[],
): Check =>
  check(id, title, async (tester) => {
    const { entry, answer } = await access(tester)
    if (entry === undefined) return fail('the access is not in the log')
    const rows = listAt(answer.json, 'data', 'patient', 'observations', 'edges')
    return verdict(
      problems(
        entry,
        tester,
        rows.map((row) => textAt(row, 'node', 'id')),
      ),
    )
  })

const careOf = (permitted: Claims) => at(permitted[claims.attest], 'care_relationship')

export const auditChecks: readonly Check[] = [
  check(
    'N-AUD-1',
    'has an access in the patient’s log as soon as it has answered',
    async (tester) => {
      const { entry, answer, log } = await access(tester)
      return verdict([
        answer.status !== 200 && `a right question is answered ${named(answer)}`,
        entry === undefined &&
          `no entry with the trace of the question (log: ${log?.said ?? 'not read'})`,
      ])
    },
  ),
  ofEntry(
    'N-AUD-2',
    'records who asked, for which organisation, what for and by which decision',
    (entry, { setting }) => {
      const care = careOf(setting.requesters.permitted)
      return [
        textAt(entry, 'decision', 'id') !== textAt(care, 'decision_ref', 'id') &&
          'another decision, or none',
        textAt(entry, 'purpose', 'code') !== textAt(care, 'purpose_of_use', 'code') &&
          'another purpose, or none',
        textAt(entry, 'who', 'organization', 'number') !==
          setting.requesters.permitted[claims.orgnrParent] &&
          'another organisation of the requester, or none',
        textAt(entry, 'who', 'kind') !== 'PROFESSIONAL' && 'another kind of requester',
      ]
    },
  ),
  ofEntry(
    'N-AUD-3',
    'records which rows were given out, and what was asked for',
    (entry, _, rows) => {
      const items = listAt(entry, 'items')
      const classes = listAt(entry, 'classes').map((one) => textAt(one, 'code'))
      return [
        rows.some((row) => !items.includes(row)) && 'a row that was given out is not named',
        items.length > rows.length && 'rows are named that were not given out',
        !classes.includes('Observation') && 'the class is not named',
        !listAt(entry, 'fields').includes('Observation.id') && 'the fields are not named',
      ]
    },
  ),
  check('N-AUD-4', 'records what it refuses to who has a valid token', async (tester) => {
    const { trace, answer } = await traced(tester, withoutPersonnel)
    if (answer.status !== 403) return fail(`not refused: ${named(answer)}`)
    const log = await readLog(tester)
    const entry = log?.entries.find((one) => textAt(one, 'trace') === trace)
    return verdict([
      entry === undefined && 'the refusal is not in the log',
      entry !== undefined &&
        textAt(entry, 'outcome') !== 'REFUSED' &&
        'the entry says another outcome',
    ])
  }),
  check('N-AUD-5', 'finds accesses by their decision', async (tester) => {
    await access(tester)
    const decision = textAt(careOf(tester.setting.requesters.permitted), 'decision_ref', 'id')
    const [those, none] = await Promise.all([
      readLog(tester, { decisionRef: decision }),
      readLog(tester, { decisionRef: 'no-such-decision' }),
    ])
    return verdict([
      (those?.entries.length ?? 0) === 0 && 'none for the decision',
      those?.entries.some((one) => textAt(one, 'decision', 'id') !== decision) && 'others too',
      (none?.entries.length ?? 0) > 0 && 'some for a decision that there is not',
    ])
  }),
  check('N-AUD-6', 'names no identity number in the log that people read', async (tester) => {
    const log = await readLog(tester)
    // In ids and digests eleven digits may stand in a row by chance.
    const words = log?.entries.map((one) => `${textAt(one, 'text')} ${textAt(one, 'who', 'name')}`)
    const isTold = words?.some((one) => /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/.test(one))
    return verdict([isTold && 'a number of eleven digits'])
  }),
  {
    id: 'N-AUD-7',
    level: 'SHOULD',
    title: 'publishes the keys of its tree heads, so that everybody can check its log',
    run: async (tester) => {
      const answer = await tester.fetch(`${tester.setting.baseUrl}/audit/keys`)
      const keys = listAt(answer.json, 'keys')
      return verdict([
        answer.status !== 200 && `no keys (${named(answer)})`,
        answer.status === 200 && keys.length === 0 && 'no key',
        keys.some((key) => at(key, 'd') !== undefined) && 'a private key',
      ])
    },
  },
]

function withoutPersonnel(right: Claims): Claims {
  const { [claims.hprNumber]: _number, ...rest } = right
  const attest = right[claims.attest] as Claims & { readonly practitioner: Claims }
  const { hpr_nr: _nr, authorization: _authorization, ...practitioner } = attest.practitioner
  return { ...rest, [claims.attest]: { ...attest, practitioner } }
}
