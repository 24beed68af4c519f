/** What statements say of rows: each source's words, joined by business identifiers. Nothing is computed of what a row holds. */
export interface ToJoin {
  readonly rows: {
    readonly items: readonly { readonly code: string; readonly row: Measured | null }[]
  }
  readonly statements: Page<Statement>
  /** What statements stand in, of which one at most is in force: `conflict` where several are. */
  readonly among: Page<Frame> & { readonly conflict: boolean }
  /** Which of what a statement is about is one of `among`, by its kind. */
  readonly kind: string | undefined
}

interface Page<T> {
  readonly nodes: readonly T[]
  readonly pageInfo: { readonly hasNextPage: boolean }
}

interface Identifier {
  readonly system: string | null
  readonly value: string
}

interface Row {
  readonly id: string
  readonly identifier: readonly Identifier[]
}

interface Measured extends Row {
  readonly since: string
}

interface Statement {
  readonly id: string
  readonly at: string
  readonly says: string | null
  readonly about: readonly { readonly kind: string; readonly identifier: Identifier | null }[]
}

interface Frame extends Row {
  readonly version: number
  readonly title: string | null
  readonly provenance: readonly {
    readonly source: { readonly number: string }
    readonly superseded: boolean
  }[]
}

/** One row with what is said of it: a value, or why there is none. */
interface Joined {
  readonly code: string
  readonly row: string | null
  readonly says: string | null
  readonly within: object | null
  readonly reason: string | null
  readonly told: readonly object[]
}

export function joinTold(join: ToJoin): readonly Joined[] {
  return join.rows.items.map(({ code, row }) => {
    const told = row ? join.statements.nodes.filter((one) => isAbout(one, row)) : []
    const framed = told.map((one) => ({ ...one, frames: framesOf(join, one) }))
    const clear = row ? clearOf(join, row, framed) : unclear('NO_ROW')
    return {
      ...{ code, row: row?.id ?? null },
      ...clear,
      told: framed.map(({ id, at, says, frames }) => ({
        ...{ id, at, says, within: frames.map((frame) => frame.id) },
      })),
    }
  })
}

type Clear = Pick<Joined, 'says' | 'within' | 'reason'>

const unclear = (reason: string): Clear => ({ says: null, within: null, reason })

type Framed = Statement & { readonly frames: readonly Frame[] }

/** Never a guess: whatever leaves room for another reading is a reason to say nothing. */
function clearOf(
  { statements, among, kind }: ToJoin,
  row: Measured,
  told: readonly Framed[],
): Clear {
  const [first] = told
  if (!isAllReadOf(statements, row)) return unclear('NOT_ALL_READ')
  if (!first) return unclear('NOT_TOLD')
  if (new Set(told.map(({ says }) => says)).size > 1) return unclear('TOLD_DIFFERENTLY')
  if (among.conflict) return unclear('PLANS_IN_CONFLICT')
  if (!told.every((one) => one.about.some((thing) => thing.kind === kind)))
    return unclear('PLAN_NOT_NAMED')
  if (among.pageInfo.hasNextPage) return unclear('NOT_ALL_READ')
  if (!told.every(({ frames }) => frames.length > 0)) return unclear('PLAN_NOT_IN_FORCE')
  const frames = new Map(told.flatMap((one) => one.frames).map((frame) => [frame.id, frame]))
  const [frame] = frames.values()
  if (!frame || frames.size > 1) return unclear('TOLD_DIFFERENTLY')
  return { says: first.says, within: { ...frame, source: holderOf(frame) }, reason: null }
}

/** Newest first: what was raised before a row was there is not about it. */
function isAllReadOf({ nodes, pageInfo }: Page<Statement>, { since }: Measured): boolean {
  const oldest = nodes.at(-1)?.at
  if (!pageInfo.hasNextPage) return true
  return oldest !== undefined && Date.parse(oldest) < Date.parse(since)
}

/** Those in force that a statement names; of one that its own source names for itself alone, nobody else can tell which it is. */
const framesOf = ({ among, kind }: ToJoin, statement: Statement): readonly Frame[] =>
  among.nodes.filter((frame) => isAbout(statement, frame, kind))

const isAbout = ({ about }: Statement, row: Row, kind?: string): boolean =>
  about.some(
    (thing) =>
      (kind === undefined || thing.kind === kind) &&
      row.identifier.some((own) => isSame(own, thing.identifier)),
  )

/** A value without its system may be anybody's. */
const isSame = (own: Identifier, other: Identifier | null): boolean =>
  own.system !== null && own.system === other?.system && own.value === other.value

const holderOf = ({ provenance }: Frame) =>
  (provenance.find(({ superseded }) => !superseded) ?? provenance[0])?.source
