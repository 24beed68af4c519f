import { setImmediate as pause } from 'node:timers/promises'
import { identifierToken } from '@kilde/contract'
import type { Bundle } from 'fhir/r4.js'
import { OrganizationError } from '../errors.js'
import type { Change, Intake, Taken } from '../sources/intake.js'
import { answerBundle, answered, countsOf, faultsOf, type IngestCounts } from './answer.js'
import { type CheckContext, type CheckedEntry, checkEntry } from './check-entry.js'
import type { SentEntry } from './entry.js'
import type { ShapeCheck } from './fhir-schema.js'
import type { Issue } from './outcome.js'
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
  /** Ids of the rows that are now held as they were sent, by patient (`system|value`). */
  readonly held: ReadonlyMap<string, readonly string[]>
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
 * Takes the observations of a Bundle: `read → check → keep → answer`. A batch takes what is good and says of each entry
 * what is not; a transaction takes all or nothing. Sent again, it changes nothing.
 * @throws OrganizationError `BUNDLE_REFUSED`, `SOURCE_FAILED`; TransactionRefused
 */
export async function ingest(body: Uint8Array, parts: IngestParts): Promise<Ingested> {
  const { type, entries } = readBundle(body)
  const context = { ...parts, neighbours: neighboursOf(entries), receivedMs: parts.now() }
  const checked = await checkAll(entries, context)
  if (type === 'transaction') refuseAny(faultsOf(checked))
  const changes = checked.flatMap((entry) => (entry.result === 'keep' ? [entry.change] : []))
  const taken = await keep(parts.store, changes, type === 'transaction')
  const done = answered(checked, taken)
  if (type === 'transaction') refuseAny(faultsOf(done))
  return { bundle: answerBundle(type, done), counts: countsOf(done), held: heldBy(changes, taken) }
}

async function keep(
  store: Intake,
  changes: readonly Change[],
  allOrNothing: boolean,
): Promise<readonly Taken[]> {
  try {
    return await store.take(changes, allOrNothing)
  } catch (cause) {
    throw new OrganizationError('SOURCE_FAILED', { cause })
  }
}

function heldBy(
  changes: readonly Change[],
  taken: readonly Taken[],
): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, string[]>()
  changes.forEach(({ patient }, index) => {
    const { id, outcome } = taken[index] ?? {}
    if (id === undefined || outcome === 'conflict') return
    const token = identifierToken(patient)
    held.set(token, [...(held.get(token) ?? []), id])
  })
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
