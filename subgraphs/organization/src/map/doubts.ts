import { kindOf, type MeasurementKind, measurementOfKind } from '@kilde/contract'
import { contradicts, type InContext, oxygenIn } from './context.js'
import { numberOf, type Valued } from './value.js'

type Doubt = 'IMPLAUSIBLE_VALUE' | 'SCORE_MISMATCH' | 'OXYGEN_CONTRADICTION'

/** What is doubtful about the values as they were sent. Nothing is put right, and nothing left out, for it. */
export function doubtsOf(whole: Valued & InContext): readonly Doubt[] {
  const { component = [] } = whole
  return [
    ...([whole, ...component].some(isImplausible) ? (['IMPLAUSIBLE_VALUE'] as const) : []),
    ...(isMismatch(whole, component) ? (['SCORE_MISMATCH'] as const) : []),
    ...(oxygenIn(whole).some(contradicts) ? (['OXYGEN_CONTRADICTION'] as const) : []),
  ]
}

/** Only a number that can be told in the code table's unit is judged. A bound (`< 3`) is none. */
function isImplausible(valued: Valued): boolean {
  const measurement = measurementIn(valued)
  const { unit, plausible } = measurement ?? {}
  if (!measurement || !unit || !plausible) return false
  const number = numberOf(valued, measurement, unit)
  return number !== undefined && (number < plausible[0] || number > plausible[1])
}

/**
 * NEWS2 (Royal College of Physicians, 2017) is the sum of its seven parts. A source may send but those that gave points, or leave
 * one out: then it is a mismatch only where no score of the missing ones could make up the total. A part that is told twice
 * leaves nothing to be said.
 */
function isMismatch(whole: Valued, component: readonly Valued[]): boolean {
  if (measurementIn(whole)?.kind !== 'NEWS2') return false
  const total = scoreOf(whole)
  const wanted = measurementOfKind('NEWS2')?.components ?? []
  const parts = wanted.map((kind) => rangeOfPart(component, kind))
  const told = wanted.flatMap((kind) => partsOf(component, kind))
  if (total === undefined || told.length === 0) return false
  const sum = (at: 0 | 1): number => parts.reduce((all, part) => all + part[at], 0)
  return total < sum(0) || total > sum(1)
}

/** Least and most that a part of the sum can be: what was sent; all that is possible where it was not, or not once. */
function rangeOfPart(
  component: readonly Valued[],
  kind: MeasurementKind,
): readonly [least: number, most: number] {
  const [part, second] = partsOf(component, kind)
  const score = part && !second ? scoreOf(part) : undefined
  return score === undefined ? (measurementOfKind(kind)?.plausible ?? [0, 3]) : [score, score]
}

const partsOf = (component: readonly Valued[], kind: MeasurementKind): readonly Valued[] =>
  component.filter((part) => measurementIn(part)?.kind === kind)

const scoreOf = (valued: Valued): number | undefined =>
  numberOf(valued, { unit: '{score}' }, '{score}')

function measurementIn({ code }: Valued) {
  const kind = kindOf(code?.coding ?? [])
  return kind && measurementOfKind(kind)
}
