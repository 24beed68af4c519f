import type { Shown, ShownQuestion } from '../sources/source.js'
import { closes } from './page.js'
import type { Assembled, HeldResource } from './resource-class.js'

/** Which of these resources of a class are open: rows, or what rows are made of. */
export function shownAmong(
  { rows }: Pick<Assembled, 'rows'>,
  asked: readonly HeldResource[],
  { closed = [] }: Pick<ShownQuestion, 'closed'>,
): Shown {
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
