import type { Cursors } from '../merge/cursor.js'
import type { MergedValue } from '../merge/merge-fields.js'
import { stateAfter } from '../merge/merge-list.js'
import type { Selection } from '../merge/select.js'
import { answersTo, type SourceAnswer } from '../transport/source-answer.js'

type MergedPage = Extract<MergedValue, { is: 'LIST' }>

/** What cursors are made from. */
interface PageContext {
  readonly cursors: Cursors
  readonly answers: readonly SourceAnswer[]
}

/**
 * Each cursor is authenticated, which costs more than a row: only those that were asked for are made. No getters: a literal
 * with getters has a hidden class of its own each time, which keeps the whole answer in memory until the next full collection.
 */
export function pageInfoOf(
  value: MergedPage,
  fields: Selection,
  context: PageContext,
): Readonly<Record<string, unknown>> {
  const { page, list } = value
  const isAsked = (name: string): boolean => fields.some((selected) => selected.name === name)
  const hasRows = page.rows.length > 0
  return {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: list.state !== undefined,
    startCursor: hasRows && isAsked('startCursor') ? cursorOf(value, 0, context) : null,
    endCursor: isAsked('endCursor') ? endCursorOf(value, context) : null,
  }
}

/** Where the list goes on after one of the page's rows. */
export function cursorOf(
  { page, list, field }: MergedPage,
  index: number,
  { cursors, answers }: PageContext,
): string {
  const row = page.rows[index]
  if (!row) throw new Error('a row that is not in the page')
  const state = stateAfter(row, index + 1, list, answersTo(answers, field.index))
  return cursors.write(state, list.binding)
}

/** A page may have passed rows and show none of them: then it still says where to go on. */
function endCursorOf(value: MergedPage, context: PageContext): string | null {
  const { page, list, field } = value
  if (page.rows.length > 0) return cursorOf(value, page.rows.length - 1, context)
  if (!page.hasNextPage || !page.passed) return null
  const passed = { ...page.passed, inGroup: 0, closesGroup: true }
  const state = stateAfter(passed, 0, list, answersTo(context.answers, field.index))
  return context.cursors.write(state, list.binding)
}
