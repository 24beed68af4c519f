import type { PatientIdentifier } from '@kilde/contract'
import type { Identifier, Observation, Patient } from 'fhir/r4.js'
import type { Neighbours } from '../../ingest/references.js'
import type { Abilities } from './abilities.js'
import { FhirFault } from './fault.js'
import { token } from './parameters.js'
import { type Budget, type SearchParts, search } from './search.js'

/** Whom a question is about, as the server knows them. */
export interface Subject {
  /**
   * What restricts a search to this patient, by a resource that has these parameters; undefined where the server does not know
   * them. @throws FhirFault where it cannot be restricted
   */
  param(parameters: ReadonlySet<string>): readonly [name: string, value: string] | undefined
  /** The patient's own records here, without what came besides. */
  readonly patients: readonly Patient[]
  /** False where records that are linked to these could not be read: rows may be missing. */
  readonly complete: boolean
  /** Records that came and are not the patient's. */
  readonly strangers: number
  /** Whether a resource is about this patient, as it says itself. */
  owns(resource: AboutPatient, neighbours: Neighbours): boolean
}

/** What says whom it is about. */
export type AboutPatient = Pick<Observation, 'subject' | 'contained'>

/** Merged records lead from one to the next: this far, and this many. */
const MOST_STEPS = 4
const MOST_RECORDS = 20

/** Who the patient is at this server: one record, several of the same number, or the number itself. @throws FhirFault */
export async function findSubject(
  parts: SearchParts,
  abilities: Abilities,
  identifier: PatientIdentifier,
  budget: Budget,
  signal: AbortSignal,
): Promise<Subject> {
  const { server } = parts
  const context = { identifier, addresses: [server.url, ...server.alsoAt] }
  if (server.patientBy !== 'search') {
    const value = server.patientValueOnly ? identifier.value : token(identifier)
    const none = { patients: [], complete: true, strangers: 0 }
    return {
      ...{ ...none, owns: ownership(context, new Set()) },
      param(parameters) {
        // Of a chain a server tells its first link alone.
        const names = [server.patientBy, server.patientBy.split(/[.:]/)[0] ?? '']
        if (!names.some((name) => parameters.has(name))) throw new FhirFault('INVALID', NO_SEARCH)
        return [server.patientBy, value]
      },
    }
  }
  const found = await findRecords(parts, abilities, identifier, budget, signal)
  const ids = new Set(found.patients.flatMap(({ id }) => id ?? []))
  const references = [...ids].map((id) => `Patient/${id}`).join(',')
  return {
    ...found,
    param: (parameters) =>
      ids.size > 0 ? [referenceParameter(parameters), references] : undefined,
    owns: ownership(context, ids),
  }
}

const NO_SEARCH = 'no search by patient'

function referenceParameter(parameters: ReadonlySet<string>): string {
  const name = ['patient', 'subject'].find((one) => parameters.has(one))
  if (name === undefined) throw new FhirFault('INVALID', NO_SEARCH)
  return name
}

type Records = Pick<Subject, 'patients' | 'complete' | 'strangers'>

async function findRecords(
  parts: SearchParts,
  { patient: parameters }: Abilities,
  identifier: PatientIdentifier,
  budget: Budget,
  signal: AbortSignal,
): Promise<Records> {
  if (!parameters?.has('identifier')) throw new FhirFault('INVALID', 'no search for patients')
  const number = identifier.value
  const read = async (name: string, value: string) => {
    const { pages, complete } = await search(
      parts,
      { type: 'Patient', params: [[name, value]], number },
      budget,
      signal,
    )
    const records = pages
      .flat()
      .flatMap(({ isMatch, resource }) => (isMatch ? [resource as unknown as Patient] : []))
    return { records: records.filter(({ id }) => isId(id)), complete }
  }
  const first = await read('identifier', token(identifier))
  const own = first.records.filter((one) => holds(one, identifier))
  const known = new Map(own.map((one) => [one.id, one]))
  let { complete } = first
  let strangers = first.records.length - own.length
  const asked = new Set<string>()
  for (let step = 0; step < MOST_STEPS; step++) {
    const missing = linkedIds(known.values()).filter((id) => !known.has(id) && !asked.has(id))
    if (missing.length === 0) break
    if (known.size + missing.length > MOST_RECORDS || !parameters.has('_id')) break
    for (const id of missing) asked.add(id)
    const linked = await read('_id', missing.join(','))
    const good = linked.records.filter(
      (one) => missing.includes(one.id ?? '') && !denies(one, identifier),
    )
    strangers += linked.records.length - good.length
    complete = complete && linked.complete
    for (const one of good) known.set(one.id, one)
  }
  // What was not given, or is another's: rows of it may be missing.
  const isOpen = linkedIds(known.values()).some((id) => !known.has(id))
  return { patients: [...known.values()], complete: complete && !isOpen, strangers }
}

/** Records that were merged with these (R4 §8.1.5: `seealso` says only that they may be about the same person). */
function linkedIds(patients: Iterable<Patient>): readonly string[] {
  const links = [...patients].flatMap(({ link = [] }) => link)
  const merged = links.filter(({ type }) => type === 'replaced-by' || type === 'replaces')
  const ids = merged.flatMap(
    ({ other }) => /(?:^|\/)Patient\/([^/]+)/.exec(other?.reference ?? '')?.[1] ?? [],
  )
  return [...new Set(ids)].filter(isId)
}

const isId = (id: string | undefined): id is string =>
  id !== undefined && /^[A-Za-z0-9.-]{1,64}$/.test(id)

const holds = ({ identifier = [] }: Patient, { system, value }: PatientIdentifier): boolean =>
  identifier.some((one) => one.system === system && one.value === value)

/** Another number of the same kind: whatever the link says, this is somebody else. */
function denies(patient: Patient, asked: PatientIdentifier): boolean {
  const same = (patient.identifier ?? []).filter(({ system }) => system === asked.system)
  return same.length > 0 && !holds(patient, asked)
}

interface OwnershipContext {
  readonly identifier: PatientIdentifier
  readonly addresses: readonly string[]
}

function ownership(
  { identifier, addresses }: OwnershipContext,
  ids: ReadonlySet<string>,
): Subject['owns'] {
  const isOther = (one: Identifier | undefined): boolean =>
    one?.system === identifier.system && one.value !== identifier.value
  const isOwn = (one: Identifier | undefined): boolean =>
    one?.system === identifier.system && one.value === identifier.value
  return ({ subject, contained }, neighbours) => {
    if (!subject || isOther(subject.identifier)) return false
    const { reference } = subject
    if (reference === undefined) return isOwn(subject.identifier)
    const found = neighbours.find(reference, contained)
    const beside = found?.resourceType === 'Patient' ? (found as Patient) : undefined
    if (beside && denies(beside, identifier)) return false
    if (ids.has(localId(reference, addresses) ?? '')) return true
    return (
      (beside !== undefined && holds(beside, identifier)) || (!beside && isOwn(subject.identifier))
    )
  }
}

/** Id of a Patient of this server that a reference means. */
function localId(reference: string, addresses: readonly string[]): string | undefined {
  const own = addresses.find((address) => reference.startsWith(`${address}/`))
  const path = own === undefined ? reference : reference.slice(own.length + 1)
  return /^Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(path)?.[1]
}
