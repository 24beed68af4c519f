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
import { allRows, type World } from './world/world.js'

/** One case: a world, an operation over it, and variables. Plain data, so that it can be made smaller. */
export interface Case {
  readonly seed: number
  readonly world: World
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly walks: Query['walks']
  /** How far into a page the next one begins: 1 after its last row, less after one in its midst. */
  readonly stride: number
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
  const variables = makeVariables(random, query, world)
  const stride = random.chance(0.3) ? random.next() : 1
  return { seed, world, text: query.text, variables, walks: query.walks, stride }
}

/** An operation of people's own making over the world of a seed. */
export function fixedCase({ text, variables, walks = [] }: FixedOperation, seed: number): Case {
  const world = makeWorld(new Random(seed))
  return {
    seed,
    world,
    text,
    variables: { identifier: PATIENT, ...variables(world) },
    walks,
    stride: 1,
  }
}

/** Asks all pages of a case by every way. @returns what differs from the oracle, or one way from the other */
export async function runCase(
  given: Case,
  ways: ReadonlyMap<Way, Asking>,
): Promise<Failure | undefined> {
  const document = documentOf(given.text)
  const made = separable(given, document)
  let next: Next | undefined = { variables: given.variables, walk: new Map() }
  for (let round = 0; next && round < MOST_ROUNDS; round += 1) {
    const page: Page = { made, document, round, ...next }
    const outcome = await runPage(page, ways)
    if ('differences' in outcome) return { ...outcome, round, variables: page.variables }
    next = outcome.isLast ? undefined : nextPage(page, outcome.text, outcome.expected)
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
  if (
    world.sources.every((source) => source.dropped === 0 && !allRows(source).some(({ bad }) => bad))
  )
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
    plans: source.plans.map((row) => ({ ...row, bad: false })),
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
    const { differences, expected } = compareWithOracle(page, got, way === 'DIRECT')
    if (differences.length > 0 && !isUnclear(got.sent)) return { way, differences }
    const apart = first ? compareAnswers(first.got.text, got.text) : []
    if (apart.length > 0) return { way: 'BOTH', differences: apart }
    first ??= { got, expected }
  }
  if (!first) throw new Error('no way to ask')
  const { got, expected } = first
  return { text: got.text, expected, isLast: isUnclear(got.sent) }
}

/** Members in the operation's own order, where `ordered`. The exact page first; where a list's page may be cut early, also each place at which it may end. */
function compareWithOracle(
  { made, document, round, variables, walk }: Page,
  { text, sent, faults }: Got,
  ordered: boolean,
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
  let differences = compare(answer, expected, ordered)
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
    differences = compare(answer, expected, ordered)
  }
  return { differences: differences.length > 0 ? [...differences, ...faults] : [], expected }
}

interface Next {
  readonly variables: Readonly<Record<string, unknown>>
  readonly walk: ReadonlyMap<string, ListState>
}

/**
 * Goes on in every list that is followed, by a cursor of this page; undefined where none has more. A page without rows has no
 * cursor: the one before is asked once more, and knows no more.
 */
function nextPage(
  { made, variables, walk }: Page,
  text: string,
  { lists }: Expected,
): Next | undefined {
  const { data } = JSON.parse(text) as { data?: { patient?: Record<string, Walked | undefined> } }
  const next = { variables: { ...variables }, walk: new Map(walk) }
  let more = false
  for (const { key, after } of made.walks) {
    const edges = data?.patient?.[key]?.w_edges ?? []
    const at = Math.max(0, Math.ceil(edges.length * made.stride) - 1)
    const state = lists.get(key)?.states[at]
    const cursor = edges[at]?.w_cursor
    if (!state || cursor === undefined) continue
    next.variables[after] = cursor
    next.walk.set(key, state)
    more ||= at < edges.length - 1 || lists.get(key)?.more === true
  }
  return more ? next : undefined
}

/** What the generator asks of every list that is followed. */
interface Walked {
  readonly w_edges?: readonly { readonly w_cursor?: string }[]
}
