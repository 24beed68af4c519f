import type { Concept } from './elements.js'

/** FHIR CodeableConcept as the contract shows it: a coding without a code is no coding, but may be the only text. */
export function toConcept({ coding = [], text }: Concept) {
  const codings = coding.flatMap(({ system, code, display }) =>
    code === undefined ? [] : [{ system, code, display }],
  )
  const display = codings.length === 0 ? coding.find((one) => one.display)?.display : undefined
  return { coding: codings, text: text ?? display }
}

export const toConcepts = (concepts: readonly Concept[] = []) => concepts.map(toConcept)

/** The best words for a concept: its text, else a display, else a code. */
export function wordsOf({ text, coding = [] }: Concept): string | undefined {
  return (
    text ?? coding.find(({ display }) => display)?.display ?? coding.find(({ code }) => code)?.code
  )
}
