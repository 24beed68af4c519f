import { equivalentTokens } from '@kilde/contract'
import {
  type Closure,
  closuresOf,
  mayBeConfidential,
  type PrivacyView,
  type RowScope,
} from '@kilde/privacy'
import type { Citizen, Professional } from '@kilde/trust'
import type { ClosedRows, RowsMeant } from '../sources/source.js'
import type { Facts } from './decision.js'
import type { Standing } from './representation.js'
import type { PolicyTables } from './tables.js'

/** Whether an organisation tells that something is withheld: chosen once, for all its patients. */
export type Disclosure = 'VISIBLE' | 'HIDDEN'

/** What of one class may be read for one request: all but this. */
export interface Opening {
  readonly closed: readonly ClosedRows[]
  /** Elements of the FHIR resource that are not read, and named to the requester. */
  readonly leftOut: readonly string[]
  /** Nothing geographic that treatment does not need. Not named: no reason may tell that an address is confidential. */
  readonly withoutPlaces: boolean
  readonly disclosure: Disclosure
  /** Settings and profiles that closed or opened something, for the trace. */
  readonly rules: readonly string[]
}

export interface OpeningContext {
  readonly dataClass: string
  /** Organisation number of this node. */
  readonly organization: string
  readonly disclosure: Disclosure
  readonly view: PrivacyView | 'UNKNOWN'
  readonly standing: Standing
  readonly facts: Facts
  readonly tables: PolicyTables
  readonly nowMs: number
}

/** What stays closed to a request that the rules permit. */
export function openingFor(caller: Professional | Citizen, context: OpeningContext): Opening {
  const { view, standing, facts } = context
  const objections = caller.kind === 'professional' ? objectionsTo(caller, context) : NO_OBJECTIONS
  const minimised = minimisationOf(context)
  return {
    closed: [...objections.closed, ...labelsClosed(caller, context), ...minimised.closed],
    leftOut: minimised.leftOut,
    withoutPlaces: mayBeConfidential(view),
    // A representative is not told what is left out, for no patient and at no organisation.
    disclosure:
      facts.kind === 'citizen' && standing.relation !== 'SELF' ? 'HIDDEN' : context.disclosure,
    rules: [...objections.rules, ...minimised.rules],
  }
}

interface Objections {
  readonly closed: readonly ClosedRows[]
  readonly rules: readonly string[]
}

const NO_OBJECTIONS: Objections = { closed: [], rules: [] }

function objectionsTo(caller: Professional, context: OpeningContext): Objections {
  const { view, facts, organization, dataClass, nowMs } = context
  if (view === 'UNKNOWN') return { closed: [], rules: ['settings:UNKNOWN'] }
  const { hprNumber } = caller
  const { reservations, blocks } = closuresOf(view, {
    organization: caller.organization,
    ...(hprNumber !== undefined && { professional: hprNumber }),
    groups: facts.role === '' ? [] : [facts.role],
    dataClass,
    heldBy: organization,
    atMs: nowMs,
  })
  // Weighty reasons lift an objection (pasient- og brukerrettighetsloven § 5-3), but never for whom it names.
  const lifted = facts.purpose === 'BTG'
  const standing = lifted ? blocks.filter(({ named }) => named) : blocks
  const reserved = lifted ? [] : reservations
  return {
    closed: [
      ...(reserved.length > 0 ? [{ why: 'OBJECTION', rows: {}, except: [] } as const] : []),
      ...standing.map(closedBy),
    ],
    rules: [
      ...reserved.map((id) => `reservation:${id}`),
      ...standing.map(({ block }) => `block:${block}`),
      ...standing.flatMap(({ except }) => except.map(({ consent }) => `consent:${consent}`)),
      ...(standing.length < blocks.length || reserved.length < reservations.length
        ? ['break-glass:lifted']
        : []),
    ],
  }
}

const closedBy = ({ rows, except }: Closure): ClosedRows => ({
  why: 'OBJECTION',
  rows: meant(rows),
  except: except.map(meant),
})

const meant = ({ owner, code, item, fromMs, untilMs }: RowScope): RowsMeant => ({
  ...(owner !== undefined && { owner }),
  ...(code !== undefined && { codes: equivalentTokens(code) }),
  ...(item !== undefined && { item }),
  ...(fromMs !== undefined && { fromMs }),
  ...(untilMs !== undefined && { untilMs }),
})

/** Code system 9603, row by row: for personnel what the patient blocked (NORS), for citizens all that denies or delays them. */
function labelsClosed(
  caller: Professional | Citizen,
  { tables: { labels }, standing, facts, nowMs }: OpeningContext,
): readonly ClosedRows[] {
  if (caller.kind === 'professional') {
    if (facts.purpose === 'BTG') return []
    const { shown } = labels.professional
    return [{ why: 'OBJECTION', rows: { labelledOutside: shown }, except: [] }]
  }
  const { relation, adult } = standing
  if (relation === 'NONE') return [{ why: 'CONFIDENTIAL', rows: {}, except: [] }]
  const { shown } = relation === 'SELF' && adult ? labels.SELF_ADULT : labels[relation]
  return [
    { why: 'CONFIDENTIAL', rows: { labelledOutside: shown }, except: [] },
    { why: 'CONFIDENTIAL', rows: { delayedAtMs: nowMs }, except: [] },
  ]
}

function minimisationOf({ tables, facts, dataClass, view }: OpeningContext) {
  const confidential = mayBeConfidential(view)
  const profiles = tables.minimisation.filter(
    (one) =>
      one.dataClass === dataClass &&
      (one.roles?.includes(facts.role) ?? true) &&
      (one.purposes?.includes(facts.purpose) ?? true) &&
      !one.exceptPurposes?.includes(facts.purpose) &&
      (one.addressConfidential === undefined || one.addressConfidential === confidential) &&
      (one.assistant === undefined || one.assistant === facts.assistant) &&
      (one.restricted === undefined || one.restricted === (facts.ageRule === 'RESTRICTED')),
  )
  const closed = profiles.some((one) => one.closed)
  return {
    closed: closed ? [{ why: 'ROLE', rows: {}, except: [] } as const] : [],
    leftOut: [...new Set(profiles.flatMap(({ leaveOut = [] }) => leaveOut))].sort(),
    rules: profiles.map((one) => `minimisation:${tables.minimisation.indexOf(one) + 1}`),
  }
}
