import { classNamed } from '../../classes/index.js'
import { pageOf } from '../../classes/page.js'
import type { Assembled, HeldResource, ResourceClass } from '../../classes/resource-class.js'
import { shownAmong } from '../../classes/shown.js'
import type { ClassPage, ClassQuestion, Shown, ShownQuestion } from '../source.js'
import { FhirFault } from './fault.js'
import { gatherClass } from './gather-class.js'
import type { Reading } from './reading.js'
import { toResources } from './to-resources.js'

/** One page of a patient's rows of a class. @throws FhirFault */
export async function readRows(reading: Reading, question: ClassQuestion): Promise<ClassPage> {
  const { assembled, complete } = await readClass(reading, classNamed(question.class))
  const { count, ...page } = pageOf(assembled, question)
  const isWhole = complete && !reading.isPartial
  return {
    ...{ known: reading.known, asOfMs: reading.nowMs, truncated: !isWhole },
    ...page,
    ...(isWhole && count !== undefined && { count }),
  }
}

/** Which rows of a class that a log names are open. @throws FhirFault where not all could be read */
export async function readShownRows(
  reading: Reading,
  question: ShownQuestion & { readonly class: string },
): Promise<Shown> {
  if (reading.ownIds(question.ids).length === 0) return new Map()
  const { assembled, resources, complete } = await readClass(reading, classNamed(question.class))
  if (!complete) throw new FhirFault('INVALID', 'rows of a log not all found')
  const asked = new Set(question.ids)
  return shownAmong(
    assembled,
    resources.filter(({ id }) => asked.has(id)),
    question,
  )
}

interface ReadClass {
  readonly assembled: Assembled
  readonly resources: readonly HeldResource[]
  readonly complete: boolean
}

async function readClass(reading: Reading, kind: ResourceClass): Promise<ReadClass> {
  const subject = await reading.subject()
  const { entries, strangers, complete } = await gatherClass(reading, kind)
  const { resources, undated, dropped } = toResources(kind, entries, subject, reading.context)
  const { rows, dropped: unread } = kind.assemble(resources)
  const placed = rows.flatMap((row) => {
    if (!undated.has(row.id)) return [row]
    // When it was received nothing tells: a row that has no other time has no place that stays.
    return row.precision === 'RECEIVED' ? [] : [{ ...row, receivedMs: row.t }]
  })
  const lost = rows.length - placed.length
  return {
    assembled: { rows: placed, dropped: dropped + unread + lost + strangers + subject.strangers },
    ...{ resources, complete },
  }
}
