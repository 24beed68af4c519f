import { classNamed } from '../../../classes/index.js'
import { shownAmong } from '../../../classes/shown.js'
import type { Shown, ShownQuestion } from '../../source.js'
import { begin, type Reading } from '../read.js'
import { partsOf, withIds } from './read-resources.js'

/** Which of these rows of a class, and of what they are made of, are open. */
export async function readShownRows(reading: Reading, question: ShownQuestion): Promise<Shown> {
  const { ids, class: name = '' } = question
  const kind = classNamed(name)
  const { patient } = await begin(reading, question)
  if (patient === undefined) return new Map()
  const of = { patient, class: kind.name }
  const asked = await withIds(reading, of, ids)
  if (asked.length === 0) return new Map()
  const rowsByTime = asked.filter(({ t }) => t !== null)
  const assembled = kind.assemble([...(await partsOf(reading, of)), ...rowsByTime])
  return shownAmong(assembled, asked, question)
}
