import type { AuditRecord } from '@kilde/audit'
import type { ControlledAccess } from './detect.js'
import type { Logged } from './logs.js'

/** An access as real logs hold it. */
export interface LoggedAccess extends ControlledAccess {
  /** By which log control looks it up. */
  readonly trace: string
  readonly userName: string
}

type Request = Extract<
  AuditRecord,
  { event: 'PATIENT_DATA_READ' | 'PATIENT_DATA_REFUSED' | 'REQUEST_REFUSED' }
>

/**
 * What professionals asked for, in the order of time. One request stands in the log of the gateway and of each organisation that
 * it asked: records with one trace are one access, or somebody who asks many organisations would seem to ask about many patients.
 * An organisation that does not know the patient, or who asked, is no witness of either.
 */
export async function accessesIn(logged: AsyncIterable<Logged>): Promise<readonly LoggedAccess[]> {
  const found = new Map<string, LoggedAccess>()
  for await (const one of logged) {
    const access = accessOf(one)
    if (access) found.set(access.id, together(found.get(access.id), access))
  }
  return [...found.values()].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
}

function accessOf({ service, owner, record }: Logged): LoggedAccess | undefined {
  if (!isRequest(record)) return undefined
  const { requester, requestId, trace } = record
  const patient = record.patient ?? digestIn(record, service, owner)
  if (requester.kind !== 'professional' || patient === undefined) return undefined
  const name = requester.name ?? ''
  return {
    id: trace ?? `${service} ${owner} ${requestId}`,
    atMs: Date.parse(record.at),
    user: requester.pid,
    userName: name,
    userFamilyName: name.split(' ').at(-1) ?? '',
    organization: requester.organization,
    patient,
    userSelected: record.decisionRef?.userSelected ?? false,
    trace: trace ?? '',
  }
}

const isRequest = (record: AuditRecord): record is Request =>
  record.event === 'PATIENT_DATA_READ' ||
  record.event === 'PATIENT_DATA_REFUSED' ||
  record.event === 'REQUEST_REFUSED'

/** Digests are keyed: those of one patient differ from log to log. */
const digestIn = ({ patientDigest }: Request, service: string, owner: string) =>
  patientDigest && `${DIGEST}${service} ${owner} ${patientDigest}`

const DIGEST = 'digest '

/** The patient's number says more than a digest of it; the ground counts as chosen by hand where any record says so. */
function together(before: LoggedAccess | undefined, one: LoggedAccess): LoggedAccess {
  if (!before) return one
  const patient = before.patient.startsWith(DIGEST) ? one.patient : before.patient
  const userSelected = before.userSelected || one.userSelected
  return { ...before, patient, userSelected, atMs: Math.min(before.atMs, one.atMs) }
}
