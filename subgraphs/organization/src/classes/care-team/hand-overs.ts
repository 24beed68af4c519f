import { toConcept } from '../../map/concept.js'
import { parseKeepingDigits } from '../../map/elements.js'
import type { RelatedResource } from '../../sources/source.js'
import { instant } from '../common-fields.js'
import type { Parties } from '../parties.js'
import { readTask, type TaskElements } from './elements.js'

/** FHIR TaskStatus as far as a hand-over has one. */
const STATUSES: readonly string[] = [
  'DRAFT',
  'REQUESTED',
  'RECEIVED',
  'ACCEPTED',
  'REJECTED',
  'READY',
  'CANCELLED',
  'IN_PROGRESS',
  'ON_HOLD',
  'FAILED',
  'COMPLETED',
]

/** @throws where one is not what FHIR R4 says: a team is dropped rather than shown without its hand-over */
export const tasksAmong = (related: readonly RelatedResource[]): readonly TaskElements[] =>
  related.flatMap(({ resource }) => readTask(parseKeepingDigits(resource)) ?? [])

/** Hand-overs of a team, the newest first. */
export function handOversOf(tasks: readonly TaskElements[], parties: Parties) {
  const shown = tasks.flatMap((task) => {
    const status = task.status?.toUpperCase().replaceAll('-', '_') ?? ''
    return STATUSES.includes(status) ? [{ task, status }] : []
  })
  const sorted = shown.toSorted((a, b) => timeOf(b.task) - timeOf(a.task))
  return sorted.map(({ task, status }) => fieldsOf(task, status, parties))
}

const timeOf = ({ authoredOn, lastModified }: TaskElements): number =>
  Date.parse(instant(authoredOn) ?? instant(lastModified) ?? '') || 0

function fieldsOf(task: TaskElements, status: string, parties: Parties) {
  const { executionPeriod, restriction, reasonCode, statusReason } = task
  return {
    status,
    from: parties.partyOf(task.requester),
    to: parties.partyOf(task.owner),
    requested: instant(task.authoredOn),
    updated: instant(task.lastModified),
    takesOver: instant(executionPeriod?.start ?? restriction?.period?.start),
    reason: reasonCode && toConcept(reasonCode),
    statusReason: statusReason && toConcept(statusReason),
    description: task.description,
  }
}
