import {
  encodeBoundary,
  identifierToken,
  type PatientIdentifier,
  type Variables,
} from '@kilde/contract'
import type { UnionArguments } from './arguments.js'
import { bindingOf, type CursorState, type Cursors } from './cursor.js'
import type { MergePlan } from './merge-plan.js'
import { SourceSet } from './source-set.js'

/** One merged field of one fetch: its arguments, and where its list goes on. */
export interface AskedField {
  readonly args: UnionArguments
  readonly binding: string
  readonly state: CursorState | undefined
  /** Rows that this page may show: `first`, or what `last` leaves. */
  readonly rows: number
}

/** Who and what a cursor is bound to besides the field's own arguments. */
export interface Binding {
  readonly subject: string
  readonly organization: string
  readonly patient: PatientIdentifier
  readonly contract: string
}

/** @throws GatewayError `CURSOR_INVALID` */
export function askField(
  name: string,
  args: UnionArguments,
  cursors: Cursors,
  bound: Binding,
): AskedField {
  const { subject, organization, patient, contract } = bound
  const binding = bindingOf([
    name,
    args.filter,
    args.order,
    subject,
    organization,
    identifierToken(patient),
    contract,
  ])
  const state = args.after === undefined ? undefined : cursors.read(args.after, binding)
  const left = args.last === undefined ? args.first : args.last - (state?.served ?? 0)
  return { args, binding, state, rows: Math.max(0, Math.min(args.first, left)) }
}

/** Which merged fields a source is asked for: all, unless the request chose its sources field by field. */
export function fieldsAskedOf(
  organization: string,
  fields: readonly AskedField[],
): readonly boolean[] {
  return fields.map(({ args }) => args.sources?.has(organization) ?? true)
}

/** The variables that a source gets. One row more than is shown tells where a source's page may be cut. */
export function sourceVariables(
  plan: MergePlan,
  fields: readonly AskedField[],
  asks: readonly boolean[],
  patient: PatientIdentifier,
  variables: Variables,
): Record<string, unknown> {
  const sent: Record<string, unknown> = { identifier: identifierToken(patient) }
  for (const name of plan.passedVariables) if (name in variables) sent[name] = variables[name]
  fields.forEach(({ args, state, rows }, index) => {
    // Which organisations are asked is nobody else's business; `last` bounds each source as it bounds the whole.
    const { sources: _sources, ...filter } = args.filter
    sent[`ask_${index}`] = asks[index] ?? false
    sent[`filter_${index}`] = filter
    sent[`first_${index}`] = Math.max(1, rows) + 1
    sent[`after_${index}`] = state ? encodeBoundary(state.boundary) : null
    sent[`order_${index}`] = args.order
  })
  return sent
}

/** The state after a page, for the cursor of its `n`-th row. */
export function nextState(
  asked: AskedField,
  boundary: CursorState['boundary'],
  shown: number,
  failed: readonly string[],
): CursorState {
  return {
    boundary,
    served: (asked.state?.served ?? 0) + shown,
    failed: (asked.state?.failed ?? SourceSet.empty).with(failed),
  }
}
