import { compareKeys, isUnclaimed, type NodeCursor, statusLetters } from '@kilde/contract'
import type { SourceAnswer } from '../transport/source-answer.js'
import { joinCopies } from './copies.js'

/** Rows in force of which a patient has one at most: the id that each is known by, by its identity. */
export type Rivals = ReadonlyMap<string, string>

/**
 * What all sources say of such rows, copies joined as rows are: a copy of a row that its owner has ended is not in force. Not
 * bound to page or filter. Whatever differs is in force as soon as one of it is: a conflict too many is looked at, one too few is not.
 */
export function rivalsOf(answers: readonly SourceAnswer[], field: number): Rivals {
  const inForce = new Map<string, string>()
  for (const [identity, told] of toldOf(answers, field)) {
    const active = told.find(({ s }) => s === statusLetters.ACTIVE)
    if (active) inForce.set(identity, active.d)
  }
  return inForce
}

/** Whether one of them should be in force and none is, by what all sources say. */
export const isUnclaimedBy = (answers: readonly SourceAnswer[], field: number): boolean =>
  isUnclaimed([...toldOf(answers, field).values()].flat())

/** By identity what is said of each, copies joined: several where sources differ. */
function toldOf(
  answers: readonly SourceAnswer[],
  field: number,
): ReadonlyMap<string, readonly NodeCursor[]> {
  const byIdentity = new Map<string, { readonly key: NodeCursor }[]>()
  for (const { pages } of answers) {
    for (const key of pages[field]?.rivals ?? []) {
      const same = byIdentity.get(key.i)
      if (same) same.push({ key })
      else byIdentity.set(key.i, [{ key }])
    }
  }
  const told = new Map<string, readonly NodeCursor[]>()
  for (const [identity, group] of byIdentity) {
    group.sort((a, b) => compareKeys(a.key, b.key))
    told.set(
      identity,
      joinCopies(group).map(({ row }) => row.key),
    )
  }
  return told
}

/** Ids of the rows in force besides this one; none for a row that is not in force itself. */
export function besides(rivals: Rivals, identity: string, isActive: boolean): readonly string[] {
  if (!isActive || !rivals.has(identity)) return []
  return [...rivals].filter(([other]) => other !== identity).map(([, id]) => id)
}
