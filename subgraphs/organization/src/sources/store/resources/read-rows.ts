import { classNamed } from '../../../classes/index.js'
import { pageOf } from '../../../classes/page.js'
import type { ResourceClass } from '../../../classes/resource-class.js'
import type { ClassPage, ClassQuestion } from '../../source.js'
import { begin, type Reading } from '../read.js'
import { readMany } from './read-many.js'
import { type Held, MOST_RESOURCES, partsOf } from './read-resources.js'

/** One page of a patient's rows of a class. */
export async function readRows(reading: Reading, question: ClassQuestion): Promise<ClassPage> {
  const kind = classNamed(question.class)
  const { asOfMs, patient } = await begin(reading, question)
  if (patient === undefined) {
    const none = { rows: [], rivals: [], more: false, dropped: 0, truncated: false }
    return { known: false, ...none, asOfMs, ...(question.count && { count: 0 }) }
  }
  const of = { patient, class: kind.name }
  const read = kind.intake.many ? readMany : readAll
  return { known: true, asOfMs, ...(await read(reading, of, kind, question)) }
}

/** A class with few rows: all resources of the patient are put together. */
async function readAll(
  reading: Reading,
  of: Held,
  kind: ResourceClass,
  question: ClassQuestion,
): Promise<Omit<ClassPage, 'known' | 'asOfMs'>> {
  const found = await partsOf(reading, of)
  const page = pageOf(kind.assemble(found.slice(0, MOST_RESOURCES)), question)
  return { ...page, truncated: found.length > MOST_RESOURCES }
}
