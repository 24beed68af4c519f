import type { HeldResource } from '../../../classes/resource-class.js'
import type { ClassQuestion, ClosedRows, RowsMeant } from '../../source.js'
import { ask, type Reading } from '../read.js'
import { closes, statement } from '../statement.js'
import type { Held } from './read-resources.js'

/**
 * Why rows of the period may be closed, each reason once: the columns tell owner, time and labels of a row; codes, identities and
 * labels of what rows refer to are sealed, and then it is possible until the rows were read. Nothing where nothing is to be told.
 */
export async function mayBeClosed(
  reading: Reading,
  of: Held,
  { closed = [], tellClosed = false, fromMs, untilMs }: ClassQuestion,
  parts: readonly HeldResource[],
): Promise<readonly ClosedRows['why'][]> {
  if (!tellClosed || closed.length === 0) return []
  const areLabelled = parts.some(({ labels }) => labels.length > 0)
  const isOpen = (one: ClosedRows): boolean =>
    [one.rows, ...one.except].some((meant) => needsContent(meant, areLabelled))
  const possible = closed.filter(isOpen).map(({ why }) => why)
  const told = closed.filter((one) => !isOpen(one))
  if (told.length === 0) return [...new Set(possible)]
  const found = await ask<{ why: ClosedRows['why'] }>(
    reading,
    statement((bind) => {
      const rows = [
        `patient = ${bind(of.patient)} and class = ${bind(of.class)} and t is not null`,
        ...(fromMs === undefined ? [] : [`t >= ${bind(fromMs)}`]),
        ...(untilMs === undefined ? [] : [`t < ${bind(untilMs)}`]),
      ].join(' and ')
      return told
        .map(
          (one) => `select ${bind(one.why)}::text as why
            where exists (select from held_resource where ${rows} and ${closes(one, bind)})`,
        )
        .join(' union all ')
    }),
  )
  return [...new Set([...possible, ...found.map(({ why }) => why)])]
}

const needsContent = ({ codes, item, ...meant }: RowsMeant, areLabelled: boolean): boolean =>
  codes !== undefined ||
  item !== undefined ||
  (areLabelled && (meant.labelledOutside !== undefined || meant.delayedAtMs !== undefined))
