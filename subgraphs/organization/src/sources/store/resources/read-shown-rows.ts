import { classNamed } from '../../../classes/index.js'
import { closes } from '../../../classes/page.js'
import type { HeldResource } from '../../../classes/resource-class.js'
import type { Shown, ShownQuestion } from '../../source.js'
import { begin, type Reading } from '../read.js'
import { partsOf, withIds } from './read-resources.js'

/** Which of these rows of a class, and of what they are made of, are open. */
export async function readShownRows(reading: Reading, question: ShownQuestion): Promise<Shown> {
  const { ids, closed = [], class: name = '' } = question
  const kind = classNamed(name)
  const { patient } = await begin(reading, question)
  if (patient === undefined) return new Map()
  const of = { patient, class: kind.name }
  const asked = await withIds(reading, of, ids)
  if (asked.length === 0) return new Map()
  const rowsByTime = asked.filter(({ t }) => t !== null)
  const { rows } = kind.assemble([...(await partsOf(reading, of)), ...rowsByTime])
  const open = new Set(
    rows.filter((one) => !closed.some((each) => closes(each, one))).map(({ id }) => id),
  )
  const whole = new Set(rows.map(({ id }) => id))
  // A part is open where every row is that it may belong to: of which one it was part then, the log does not say.
  const allOpen = open.size === whole.size
  const isOpenPart = (part: HeldResource): boolean =>
    allOpen && !closed.some((one) => closes(one, asRow(part)))
  return new Map(
    asked.map((one) => [one.id, whole.has(one.id) ? open.has(one.id) : isOpenPart(one)]),
  )
}

/** As far as a part can be closed by itself: by owner, receipt and labels. */
const asRow = ({ id, owner, labels, receivedMs: t, openFromMs }: HeldResource) => ({
  ...{ owner, labels, t, openFromMs, identity: id },
  codes: [],
})
