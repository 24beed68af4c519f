import {
  equivalentTokens,
  kindOf,
  measurementOfKind,
  type Substance,
  substanceOf,
} from '@kilde/contract'
import type { Concept } from '../map/elements.js'

/** In the place of a token: a row is about some measurement, and nobody knows which. Blocks on any code close it. */
export const UNKNOWN_CODE = '?'

/** What a measure that a row names is in the code table, and the codes to ask for its measurements by. */
export interface Measure {
  readonly kind: string | undefined
  /** Tokens `system|code`; empty where no coding is of a measurement of the table. */
  readonly codes: readonly string[]
  readonly substance: Substance | undefined
}

export function measureOf(concept: Concept | undefined): Measure {
  const coding = concept?.coding ?? []
  const kind = kindOf(coding)
  if (!kind) return { kind: undefined, codes: [], substance: undefined }
  const own = coding.flatMap(({ system, code }) =>
    code === undefined || kindOf([{ system, code }]) !== kind ? [] : `${system ?? ''}|${code}`,
  )
  const measurement = measurementOfKind(kind)
  return { kind, codes: [...new Set(own)], substance: measurement && substanceOf(measurement) }
}

/** Tokens by which a row is found and closed: its measures in every code system, and all else that it codes. */
export function tokensOf(concepts: readonly (Concept | undefined)[]): readonly string[] {
  const own = concepts.flatMap((concept) =>
    (concept?.coding ?? []).flatMap(({ system, code }) =>
      code === undefined ? [] : equivalentTokens(`${system ?? ''}|${code}`),
    ),
  )
  return [...new Set(own)]
}
