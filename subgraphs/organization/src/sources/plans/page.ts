import { parseKeepingDigits } from '../../map/plan/elements.js'
import type { ClosedRows, PlanPage, PlanQuestion, PlanRow, RowsMeant } from '../source.js'
import type { AssembledPlans, HeldPlan } from './assemble.js'

/** Most plans that are named as rivals. */
const MOST_RIVALS = 100

/** Answers a question from all plans of the patient: closes, filters, sorts and cuts as a database would. */
export function pageOfPlans(
  { plans, dropped }: AssembledPlans,
  question: PlanQuestion,
): Omit<PlanPage, 'known' | 'asOfMs' | 'truncated'> {
  const { order, after, limit, status, superseding = [] } = question
  const { closed = [] } = question
  const open = plans.filter((plan) => !closed.some((one) => closes(one, plan)))
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const sorted = open.toSorted((a, b) => sign * compare(a, b))
  const asked = sorted.filter((plan) => matches(plan, question))
  const wanted = new Set([...status, ...superseding])
  const rows = asked.filter(
    (plan) => wanted.has(plan.status) && (!after || sign * comparePlace(plan, after) > 0),
  )
  const page = rows.slice(0, limit)
  const [last, next] = [rows[limit - 1], rows[limit]]
  const counted = asked.filter((plan) => status.includes(plan.status)).length
  return {
    rows: page.map((plan) => shown(plan, question)),
    more: next !== undefined,
    ...(last && next && { endsIdentity: last.t !== next.t || last.identity !== next.identity }),
    dropped,
    rivals: question.rivals ? rivalsAmong(open) : [],
    ...(question.count && { count: counted }),
    ...closedIn(plans, question),
  }
}

const compare = (a: PlanRow, b: PlanRow): number =>
  comparePlace(a, { t: b.t, i: b.identity, d: b.id })

const comparePlace = (
  { t, identity, id }: PlanRow,
  place: { readonly t: number; readonly i: string; readonly d: string },
): number => t - place.t || compareText(identity, place.i) || compareText(id, place.d)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function matches({ kind, t }: HeldPlan, { kinds, fromMs, untilMs }: PlanQuestion): boolean {
  if (kinds && !kinds.includes(kind)) return false
  return (fromMs === undefined || t >= fromMs) && (untilMs === undefined || t < untilMs)
}

function rivalsAmong(open: readonly HeldPlan[]): PlanPage['rivals'] {
  const rivals = open.filter(({ kind }) => kind === 'SELF_TREATMENT')
  return rivals.toSorted((a, b) => -compare(a, b)).slice(0, MOST_RIVALS)
}

/** Of a plan what is asked for, and nothing else of it. */
function shown(plan: HeldPlan, { elements, related }: PlanQuestion): PlanRow {
  const { codes: _codes, labels: _labels, openFromMs: _open, ...row } = plan
  const whole = parseKeepingDigits(plan.resource) as Readonly<Record<string, unknown>>
  const picked = elements.flatMap((name) => (name in whole ? [[name, whole[name]]] : []))
  return {
    ...row,
    resource: JSON.stringify(Object.fromEntries(picked)),
    related: related ? plan.related : [],
  }
}

function closedIn(plans: readonly HeldPlan[], question: PlanQuestion): Pick<PlanPage, 'closedFor'> {
  const { closed = [], tellClosed, status } = question
  if (!tellClosed || closed.length === 0) return {}
  const meant = plans.filter((plan) => matches(plan, question) && status.includes(plan.status))
  const why = closed.filter((one) => meant.some((plan) => closes(one, plan))).map((one) => one.why)
  return { closedFor: [...new Set(why)] }
}

type Closable = Pick<HeldPlan, 'owner' | 'codes' | 'identity' | 't' | 'labels' | 'openFromMs'>

/** Whether a plan is closed. The same conditions as on rows in a database (sources/store/statement.ts). */
export const closes = ({ rows, except }: ClosedRows, plan: Closable): boolean =>
  isMeant(rows, plan) && !except.some((one) => isMeant(one, plan))

function isMeant(meant: RowsMeant, plan: Closable): boolean {
  const { owner, codes, item, fromMs, untilMs, labelledOutside, delayedAtMs } = meant
  if (owner !== undefined && plan.owner !== owner) return false
  if (codes && !plan.codes.some((code) => codes.includes(code))) return false
  if (item !== undefined && plan.identity !== item) return false
  if (fromMs !== undefined && plan.t < fromMs) return false
  if (untilMs !== undefined && plan.t >= untilMs) return false
  if (labelledOutside && plan.labels.every((label) => labelledOutside.includes(label))) return false
  return delayedAtMs === undefined || isDelayed(plan, delayedAtMs)
}

const isDelayed = ({ labels, openFromMs }: Closable, atMs: number): boolean =>
  labels.includes('NORU') && (openFromMs ?? Number.POSITIVE_INFINITY) > atMs
