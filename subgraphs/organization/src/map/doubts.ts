import { kindOf, type MeasurementKind, measurementOfKind } from '@kilde/contract'
import { numberOf, type Valued } from './value.js'

type Doubt = 'IMPLAUSIBLE_VALUE' | 'SCORE_MISMATCH'

/** What is doubtful about the values as they were sent. Nothing is put right, and nothing left out, for it. */
export function doubtsOf(
  whole: Valued & { readonly component?: readonly Valued[] | undefined },
): readonly Doubt[] {
  const { component = [] } = whole
  return [
    ...([whole, ...component].some(isImplausible) ? (['IMPLAUSIBLE_VALUE'] as const) : []),
    ...(isMismatch(whole, component) ? (['SCORE_MISMATCH'] as const) : []),
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
 * NEWS2 (Royal College of Physicians, 2017) is the sum of its seven parts. Where not each of them is told once, nothing can be
 * said: a source may send but those that gave points.
 */
function isMismatch(whole: Valued, component: readonly Valued[]): boolean {
  if (measurementIn(whole)?.kind !== 'NEWS2') return false
  const total = scoreOf(whole)
  const wanted = measurementOfKind('NEWS2')?.components ?? []
  const parts = wanted.map((kind) => scoreOfPart(component, kind))
  if (total === undefined || parts.includes(undefined)) return false
  return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) !== total
}

function scoreOfPart(component: readonly Valued[], kind: MeasurementKind): number | undefined {
  const found = component.filter((part) => measurementIn(part)?.kind === kind)
  const [part] = found
  return part && found.length === 1 ? scoreOf(part) : undefined
}

const scoreOf = (valued: Valued): number | undefined =>
  numberOf(valued, { unit: '{score}' }, '{score}')

function measurementIn({ code }: Valued) {
  const kind = kindOf(code?.coding ?? [])
  return kind && measurementOfKind(kind)
}
