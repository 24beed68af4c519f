import type { PatientIdentifier } from '@kilde/contract'
import type { Citizen, Professional } from '@kilde/trust'
import { classNames } from '../classes/index.js'
import type { BreakGlass, GlassState } from './break-glass.js'
import type { Decision, RefusalReason, Relation } from './decision.js'
import type { Policy } from './engine.js'
import { factsOf } from './facts.js'
import type { FindGround, Ground } from './grounds.js'
import { type Disclosure, type Opening, openingFor } from './openings.js'
import type { PrivacyPort } from './privacy-port.js'
import { NO_STANDING, standingOf } from './representation.js'
import { wholeView } from './whole-view.js'

export interface JudgeParts {
  /** Organisation number of this node. */
  readonly organization: string
  /** Undefined: no rules that may still be used. */
  readonly policy: () => Policy | undefined
  readonly findGround: FindGround
  readonly privacy: PrivacyPort
  readonly breakGlass: BreakGlass
  readonly disclosure: Disclosure
  /** Clients that are gateways to this organisation. */
  readonly gatewayClients: readonly string[]
  readonly now: () => number
}

export interface Judged {
  readonly caller: Professional | Citizen
  readonly requestId: string
  readonly patient: PatientIdentifier
  /** All numbers of the patient, this one first. Absent: no other is known. */
  readonly numbers?: readonly [PatientIdentifier, ...PatientIdentifier[]]
  readonly asked: ReadonlyMap<string, OfOne | OfSeveral>
}

interface OfOne {
  readonly dataClass: string
}

/** About several classes: those that are denied are left out of it, and it is denied where all are. */
interface OfSeveral {
  readonly of: readonly OfOne[]
}

export type Verdict =
  | {
      readonly permitted: true
      readonly ground: Ground
      /** What of each class is open: of those that are asked for, and to citizens of those that a log tells of. */
      readonly openings: ReadonlyMap<string, Opening>
      /** Ids of the rules, settings and profiles that decided, each as `class/rule`. */
      readonly rules: readonly string[]
    }
  | {
      readonly permitted: false
      readonly reason: RefusalReason
      readonly rules: readonly string[]
    }

/** @throws CatalogueError `CATALOGUE_UNAVAILABLE`, Node errors where a break-glass cannot be put on the list for review */
export type Judge = (request: Judged) => Promise<Verdict>

/** Who asks for nothing but the handle asks whether the patient is known. */
const LEAST = 'Observation'
/** The access log, and the classes of data that it tells of. */
const LOG = 'AuditEvent'
const LOGGED = ['Observation', 'Patient', ...classNames]

/** Decides on each class that is asked for. One that is denied denies the whole: nobody gets half an answer unawares. */
export function createJudge(parts: JudgeParts): Judge {
  return async (request) => {
    const policy = parts.policy()
    if (!policy) return { permitted: false, reason: 'POLICY_UNAVAILABLE', rules: [] }
    const { classes, beside } = classesIn(request)
    const decided = classes.map((one) => decideOn(one, request, parts, policy))
    const tried = beside.map((all) => all.map((one) => decideOn(one, request, parts, policy)))
    const rules = [...decided, ...tried.flat()].flatMap(({ dataClass, decision, opening }) =>
      [...decision.rules, ...(opening?.rules ?? [])].map((rule) => `${dataClass}/${rule}`),
    )
    const refused = [...decided, ...tried.flatMap(noneOf)]
      .map(({ decision }) => decision)
      .find(({ permitted }) => !permitted)
    noteFirstStep(request, parts)
    if (refused && !refused.permitted) return { permitted: false, reason: refused.reason, rules }
    await breakGlass(request, parts)
    const may = tried.flat().filter(({ decision }) => decision.permitted)
    const [first] = [...decided, ...may]
    if (!first) throw new TypeError('a request without a class')
    const logged = classes.includes(LOG) ? openOnLog(request, parts, policy) : []
    const openings = [...logged, ...may, ...decided].flatMap(({ dataClass, opening }) =>
      opening ? [[dataClass, opening] as const] : [],
    )
    return { permitted: true, ground: first.ground, openings: new Map(openings), rules }
  }
}

/** Classes that must be open, and for each field about several those of which one must be. */
function classesIn({ asked }: Judged): {
  readonly classes: readonly string[]
  readonly beside: readonly (readonly string[])[]
} {
  const fields = [...asked.values()]
  const named = [...new Set(fields.flatMap((one) => ('of' in one ? [] : [one.dataClass])))]
  const several = fields.flatMap((one) =>
    'of' in one && one.of.length > 0 ? [one.of.map(({ dataClass }) => dataClass)] : [],
  )
  const isLeast = named.length + several.length === 0
  return { classes: isLeast ? [LEAST] : named.sort(), beside: several }
}

/** All of them where none is permitted. */
const noneOf = (tried: readonly Decided[]): readonly Decided[] =>
  tried.some(({ decision }) => decision.permitted) ? [] : tried

/**
 * What a log may show of the data that it tells of. The patient is told of accesses to data that the organisation itself does not
 * show to citizens; whoever represents the patient sees no more than of the data.
 */
const openOnLog = (request: Judged, parts: JudgeParts, policy: Policy): readonly Decided[] =>
  LOGGED.map((dataClass) => decideOn(dataClass, request, parts, policy, ['SELF']))

interface Decided {
  readonly dataClass: string
  readonly ground: Ground
  readonly decision: Decision
  readonly opening: Opening | undefined
}

function decideOn(
  dataClass: string,
  { caller, patient, numbers = [patient] }: Judged,
  parts: JudgeParts,
  { decide, tables }: Policy,
  openTo: readonly Relation[] = [],
): Decided {
  const { privacy, organization, disclosure, gatewayClients, now } = parts
  const nowMs = now()
  const view = wholeView(privacy, numbers)
  const ground = parts.findGround(caller, dataClass)
  const context = { patient, dataClass, privacy, view, tables, nowMs }
  const standing = caller.kind === 'citizen' ? standingOf(caller, context) : NO_STANDING
  const settingsKnown = view !== 'UNKNOWN'
  const glass =
    caller.kind === 'professional' ? parts.breakGlass.stateOf(caller, patient) : UNBROKEN
  const facts = factsOf(caller, { ground, tables, gatewayClients, settingsKnown, standing, glass })
  const decision = decide(facts, dataClass)
  const isOpen = decision.permitted || openTo.includes(standing.relation)
  const opening = isOpen
    ? openingFor(caller, {
        dataClass,
        organization,
        disclosure,
        view,
        standing,
        facts,
        tables,
        nowMs,
      })
    : undefined
  return { dataClass, ground, decision, opening }
}

const UNBROKEN: GlassState = { firstStep: false, over: false }

/** An ordinary question, whatever became of it: its answer says who holds something back, or that this is not known. */
function noteFirstStep({ caller, patient }: Judged, parts: JudgeParts): void {
  if (caller.kind === 'professional' && caller.purpose !== 'BTG') {
    parts.breakGlass.noteFirstStep(caller, patient)
  }
}

async function breakGlass(
  { caller, patient, requestId, numbers = [patient] }: Judged,
  parts: JudgeParts,
): Promise<void> {
  if (caller.kind !== 'professional' || caller.purpose !== 'BTG') return
  const blocksUnknown = wholeView(parts.privacy, numbers) === 'UNKNOWN'
  await parts.breakGlass.open(caller, patient, { requestId, blocksUnknown })
}
