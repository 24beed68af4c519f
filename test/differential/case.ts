import { type DocumentNode, parse, validate } from 'graphql'
import { compare, compareAnswers } from './compare.js'
import type { FixedOperation } from './fixed-operations.js'
import { isUnclear } from './node/sent-log.js'
import { type Cut, type Expected, expect, type ListState, type Question } from './oracle.js'
import { makeQuery, type Query } from './query/make-query.js'
import { makeVariables, PATIENT } from './query/make-variables.js'
import { Random } from './random.js'
import { clientSchema } from './schema.js'
import type { Asking, Got, Way } from './setting.js'
import { makeWorld } from './world/make-world.js'
import type { World } from './world/world.js'

/** One case: a world, an operation over it, and variables. Plain data, so that it can be made smaller. */
export interface Case {
  readonly seed: number
  readonly world: World
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly walks: Query['walks']
}

/** What was wrong, of which page and by which way. */
export interface Failure {
  readonly way: Way | 'BOTH'
  readonly round: number
  readonly variables: Readonly<Record<string, unknown>>
  readonly differences: readonly string[]
}

/** Worlds over which each operation is asked: planning one costs as much as asking it several times. */
const WORLDS_PER_QUERY = 10
/** Pages that are followed, at most. */
const MOST_ROUNDS = 4

export function makeCase(seed: number): Case {
  const query = makeQuery(new Random(Math.floor(seed / WORLDS_PER_QUERY) + 77_777))
  const random = new Random(seed)
  const world = makeWorld(random)
  return {
    seed,
    world,
    text: query.text,
    variables: makeVariables(random, query, world),
    walks: query.walks,
  }
}

/** An operation of people's own making over the world of a seed. */
export function fixedCase({ text, variables, walks = [] }: FixedOperation, seed: number): Case {
  const world = makeWorld(new Random(seed))
  return { seed, world, text, variables: { identifier: PATIENT, ...variables(world) }, walks }
}

/** Asks all pages of a case by every way. @returns what differs from the oracle, or one way from the other */
export async function runCase(
  given: Case,
  ways: ReadonlyMap<Way, Asking>,
): Promise<Failure | undefined> {
  const document = documentOf(given.text)
  let walk: ReadonlyMap<string, ListState> = new Map()
  let { variables } = given
  const made = separable(given, document)
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const page = await runPage({ made, document, round, variables, walk }, ways)
    if ('differences' in page) return { ...page, round, variables }
    const next = page.isLast ? undefined : nextVariables(made, variables, page.text, page.expected)
    if (!next) return undefined
    walk = statesOf(made, variables, next, page.expected, walk)
    variables = next
  }
  return undefined
}

let latest: { readonly text: string; readonly document: DocumentNode } | undefined

/** An operation is asked over several worlds, one after the other. */
function documentOf(text: string): DocumentNode {
  if (latest?.text === text) return latest.document
  const document = parse(text)
  const [invalid] = validate(clientSchema, document)
  if (invalid)
    throw new Error(`the generator made an invalid operation: ${invalid.message}\n${text}`)
  latest = { text, document }
  return document
}

/** Of two lists that ask for the same, nobody can tell which sent a bad row: such cases have none. */
function separable(made: Case, document: DocumentNode): Case {
  const { world, variables } = made
  if (world.sources.every(({ dropped, rows }) => dropped === 0 && !rows.some(({ bad }) => bad)))
    return made
  const { lists } = expect({
    world,
    round: 0,
    document,
    variables,
    walk: new Map(),
    sent: new Map(),
    cuts: new Map(),
  })
  const names = [...lists.values()].map(({ sentAs }) => sentAs)
  if (new Set(names).size === names.length) return made
  const sources = world.sources.map((source) => ({
    ...source,
    dropped: 0,
    rows: source.rows.map((row) => ({ ...row, bad: false })),
  }))
  return { ...made, world: { ...world, sources } }
}

interface Page {
  readonly made: Case
  readonly document: DocumentNode
  readonly round: number
  readonly variables: Readonly<Record<string, unknown>>
  readonly walk: ReadonlyMap<string, ListState>
}

type Outcome =
  | { readonly text: string; readonly expected: Expected; readonly isLast: boolean }
  | Pick<Failure, 'way' | 'differences'>

async function runPage(page: Page, ways: ReadonlyMap<Way, Asking>): Promise<Outcome> {
  const { made, round, variables } = page
  let first: { readonly got: Got; readonly expected: Expected } | undefined
  for (const [way, asking] of ways) {
    const got = await asking.ask({ world: made.world, round, text: made.text, variables })
    // What is letter by letter the same as what was right is right.
    if (first?.got.text === got.text) continue
    const { differences, expected } = compareWithOracle(page, got)
    if (differences.length > 0 && !isUnclear(got.sent)) return { way, differences }
    const apart = first ? compareAnswers(first.got.text, got.text) : []
    if (apart.length > 0) return { way: 'BOTH', differences: apart }
    first ??= { got, expected }
  }
  if (!first) throw new Error('no way to ask')
  const { got, expected } = first
  return { text: got.text, expected, isLast: isUnclear(got.sent) }
}

/** The exact page first; where a list's page may be cut early, also each place at which it may end. */
function compareWithOracle(
  { made, document, round, variables, walk }: Page,
  { text, sent, faults }: Got,
) {
  const question: Question = {
    world: made.world,
    round,
    document,
    variables,
    walk,
    sent,
    cuts: new Map(),
  }
  const answer: unknown = JSON.parse(text)
  let expected = expect(question)
  let differences = compare(answer, expected)
  const cuts = new Map<string, Cut>()
  for (const [key, { mayBeCut }] of expected.lists) {
    const about = (all: readonly string[]) =>
      all.some((line) => line.startsWith(`data.patient.${key}.`))
    if (differences.length === 0 || !about(differences)) continue
    const fits = mayBeCut.find(
      (end) =>
        !about(compare(answer, expect({ ...question, cuts: new Map([...cuts, [key, end]]) }))),
    )
    if (fits === undefined) continue
    cuts.set(key, fits)
    expected = expect({ ...question, cuts })
    differences = compare(answer, expected)
  }
  return { differences: differences.length > 0 ? [...differences, ...faults] : [], expected }
}

/** Variables for the next page of every list that has one; undefined where none has. */
function nextVariables(
  { walks }: Case,
  variables: Readonly<Record<string, unknown>>,
  text: string,
  { lists }: Expected,
): Record<string, unknown> | undefined {
  const { data } = JSON.parse(text) as { data?: { patient?: Record<string, Walked | undefined> } }
  const next: Record<string, unknown> = { ...variables }
  let more = false
  for (const { key, after } of walks) {
    const cursor = data?.patient?.[key]?.w_page?.w_endCursor
    if (typeof cursor !== 'string' || !lists.has(key)) continue
    next[after] = cursor
    more ||= lists.get(key)?.more === true
  }
  return more ? next : undefined
}

/** Where the followed lists go on. A page without rows has no cursor: the one before is asked once more, and knows no more. */
function statesOf(
  { walks }: Case,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  { lists }: Expected,
  walk: ReadonlyMap<string, ListState>,
): ReadonlyMap<string, ListState> {
  const followed = walks.filter((one) => typeof after[one.after] === 'string')
  return new Map(
    followed.flatMap((one) => {
      const moved = after[one.after] !== before[one.after]
      const state = moved ? lists.get(one.key)?.states.at(-1) : walk.get(one.key)
      return state ? [[one.key, state] as const] : []
    }),
  )
}

interface Walked {
  readonly w_page?: { readonly w_endCursor?: string | null }
}
