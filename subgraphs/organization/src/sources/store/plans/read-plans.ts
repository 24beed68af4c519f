import { assemblePlans, type PlanResource } from '../../plans/assemble.js'
import { closes, pageOfPlans } from '../../plans/page.js'
import type { PlanPage, PlanQuestion, Shown, ShownQuestion } from '../../source.js'
import { ask, begin, type Reading } from '../read.js'
import { statement } from '../statement.js'
import { openPlan } from './content.js'
import type { PlanResourceTable } from './tables.js'

/** Most resources of one patient that a question looks at, the newest. */
const MOST_RESOURCES = 2_000

export async function readPlans(reading: Reading, question: PlanQuestion): Promise<PlanPage> {
  const { asOfMs, patient } = await begin(reading, question)
  if (patient === undefined) {
    const none = { rows: [], rivals: [], more: false, dropped: 0, truncated: false }
    return { known: false, ...none, asOfMs, ...(question.count && { count: 0 }) }
  }
  const found = await resourcesOf(reading, patient)
  const page = pageOfPlans(assemblePlans(found.slice(0, MOST_RESOURCES)), question)
  return { known: true, ...page, truncated: found.length > MOST_RESOURCES, asOfMs }
}

/** Which of these plans, and of what they are made of, are open. */
export async function readShownPlans(reading: Reading, question: ShownQuestion): Promise<Shown> {
  const { patient } = await begin(reading, question)
  if (patient === undefined) return new Map()
  const { ids, closed = [] } = question
  const found = await resourcesOf(reading, patient)
  const { plans } = assemblePlans(found)
  const open = new Set(
    plans.filter((one) => !closed.some((each) => closes(each, one))).map(({ id }) => id),
  )
  const whole = new Set(plans.map(({ id }) => id))
  // A part is open where every plan is that it may belong to: of which one it was part then, the log does not say.
  const allOpen = open.size === whole.size
  const held = found.filter(({ id }) => ids.includes(id))
  return new Map(held.map(({ id }) => [id, whole.has(id) ? open.has(id) : allOpen]))
}

async function resourcesOf(reading: Reading, patient: number): Promise<readonly PlanResource[]> {
  const found = await ask<Omit<PlanResourceTable, 'patient' | 'key'>>(
    reading,
    statement(
      (bind) => `select id, version, owner, point_of_care, author_kind, received_ms, labels,
          open_from_ms, content
        from plan_resource where patient = ${bind(patient)}
        order by received_ms desc, id desc limit ${bind(MOST_RESOURCES + 1)}`,
    ),
  )
  return found.map((row) => toResource(reading, patient, row))
}

function toResource(
  { keys }: Reading,
  patient: number,
  row: Omit<PlanResourceTable, 'patient' | 'key'>,
): PlanResource {
  const { id, version, owner, labels } = row
  const { identifier, names, resource } = openPlan(keys, { id, patient, version }, row.content)
  return {
    ...{ id, version, owner, labels, identifier, names, resource },
    pointOfCare: row.point_of_care ?? undefined,
    authorKind: row.author_kind as PlanResource['authorKind'],
    receivedMs: row.received_ms,
    openFromMs: row.open_from_ms ?? undefined,
  }
}
