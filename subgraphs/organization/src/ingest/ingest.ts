import { setImmediate as pause } from 'node:timers/promises'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { Bundle } from 'fhir/r4.js'
import { OrganizationError } from '../errors.js'
import type { Change, Intake, NameChange, PlanChange, Taken } from '../sources/intake.js'
import { answerBundle, answered, countsOf, faultsOf, type IngestCounts } from './answer.js'
import { type CheckContext, type CheckedEntry, checkEntry } from './check-entry.js'
import type { SentEntry } from './entry.js'
import type { ShapeCheck } from './fhir-schema.js'
import type { Issue } from './outcome.js'
import { planNeighbours } from './plans/belonging.js'
import { readBundle } from './read-bundle.js'
import { neighboursOf } from './references.js'

export interface IngestParts {
  readonly organization: string
  readonly store: Intake
  readonly checkShape: ShapeCheck
  readonly now: () => number
}

export interface Ingested {
  readonly bundle: Bundle
  readonly counts: IngestCounts
  /** What is now held as it was sent, by patient (`system|value`). */
  readonly held: ReadonlyMap<string, Held>
}

/** What of a Bundle is now held about one patient. */
export interface Held {
  /** Ids of the rows, by class. */
  readonly items: ReadonlyMap<'Observation' | 'CarePlan', readonly string[]>
  /** Whether names of the patient are among it. */
  readonly named: boolean
}

/** Nothing of a transaction was taken; every faulty element is named. */
export class TransactionRefused extends OrganizationError {
  readonly issues: readonly Issue[]
  constructor(issues: readonly Issue[]) {
    super('TRANSACTION_REFUSED')
    this.issues = issues
  }
}

/**
 * Takes the observations and plans of a Bundle, and the names of its patients: `read → check → keep → answer`. A batch takes what is good and says of each entry
 * what is not; a transaction takes all or nothing. Sent again, it changes nothing.
 * @throws OrganizationError `BUNDLE_REFUSED`, `SOURCE_FAILED`, `SOURCE_READ_ONLY`; TransactionRefused
 */
export async function ingest(body: Uint8Array, parts: IngestParts): Promise<Ingested> {
  const { type, entries } = readBundle(body)
  const neighbours = neighboursOf(entries)
  const plans = planNeighbours(entries, neighbours)
  const context = { ...parts, neighbours, plans, receivedMs: parts.now() }
  const checked = await checkAll(entries, context)
  if (type === 'transaction') refuseAny(faultsOf(checked))
  const changes = checked.flatMap((entry) => (entry.result === 'keep' ? [entry.change] : []))
  const names = checked.flatMap((entry) => (entry.result === 'reference' ? entry.names : []))
  const planned = checked.flatMap((entry) => (entry.result === 'keep-plan' ? [entry.plan] : []))
  const taken = inOrder(
    checked,
    await keep(parts.store, { changes, names, planned }, type === 'transaction'),
  )
  const done = answered(checked, taken)
  if (type === 'transaction') refuseAny(faultsOf(done))
  return {
    bundle: answerBundle(type, done),
    counts: countsOf(done),
    held: heldBy(checked, taken),
  }
}

interface Kept {
  readonly changes: readonly Change[]
  readonly names: readonly NameChange[]
  readonly planned: readonly PlanChange[]
}

async function keep(
  store: Intake,
  { changes, names, planned }: Kept,
  allOrNothing: boolean,
): Promise<readonly Taken[]> {
  try {
    return await store.take(changes, allOrNothing, names, planned)
  } catch (cause) {
    if (cause instanceof OrganizationError) throw cause
    throw new OrganizationError('SOURCE_FAILED', { cause })
  }
}

/** The store answers for the changes, then for the plans; the Bundle has them mixed. */
function inOrder(checked: readonly CheckedEntry[], taken: readonly Taken[]): readonly Taken[] {
  const observations = checked.filter(({ result }) => result === 'keep').length
  const [ofRows, ofPlans] = [
    taken.slice(0, observations).values(),
    taken.slice(observations).values(),
  ]
  return checked.flatMap(({ result }) => {
    if (result === 'keep') return ofRows.next().value ?? []
    return result === 'keep-plan' ? (ofPlans.next().value ?? []) : []
  })
}

function heldBy(
  checked: readonly CheckedEntry[],
  taken: readonly Taken[],
): ReadonlyMap<string, Held> {
  const held = new Map<
    string,
    { items: Map<'Observation' | 'CarePlan', string[]>; named: boolean }
  >()
  const of = (patient: PatientIdentifier) => {
    const token = identifierToken(patient)
    const known = held.get(token) ?? { items: new Map(), named: false }
    held.set(token, known)
    return known
  }
  const add = (patient: PatientIdentifier, row: 'Observation' | 'CarePlan', found?: Taken) => {
    if (!found || found.outcome === 'conflict') return
    const { items } = of(patient)
    items.set(row, [...(items.get(row) ?? []), found.id])
  }
  const results = taken.values()
  for (const entry of checked) {
    if (entry.result === 'keep') add(entry.change.patient, 'Observation', results.next().value)
    if (entry.result === 'keep-plan') add(entry.plan.patient, 'CarePlan', results.next().value)
    if (entry.result === 'reference')
      for (const { patient } of entry.names) of(patient).named = true
  }
  return held
}

function refuseAny(faults: readonly Issue[]): void {
  if (faults.length > 0) throw new TransactionRefused(faults)
}

/** Lets questions of others through between the parts of a long Bundle. */
async function checkAll(
  entries: readonly SentEntry[],
  context: CheckContext,
): Promise<readonly CheckedEntry[]> {
  const checked: CheckedEntry[] = []
  for (const entry of entries) {
    checked.push(checkEntry(entry, context))
    if (checked.length % 200 === 0) await pause()
  }
  return checked
}
