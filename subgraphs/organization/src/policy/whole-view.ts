import type { PatientIdentifier } from '@kilde/contract'
import { mayBeConfidential, type PrivacyLookup, type PrivacyView } from '@kilde/privacy'

/**
 * What is held of a patient under all numbers together. What closes holds under whichever number it was said; what opens only under the
 * one that was asked about, for a link that is wrong must not lift anybody's block. Where one of them is not known, nothing is.
 */
export function wholeView(
  privacy: Pick<PrivacyLookup, 'view'>,
  [patient, ...others]: readonly [PatientIdentifier, ...PatientIdentifier[]],
): PrivacyView | 'UNKNOWN' {
  const own = privacy.view(patient)
  const further = others.map((other) => privacy.view(other))
  const known = further.filter((view) => view !== 'UNKNOWN')
  if (own === 'UNKNOWN' || known.length < further.length) return 'UNKNOWN'
  const all = [own, ...known]
  // Of a number that is no more, base data may know nothing: then only the present one's word counts.
  const isConfidential =
    mayBeConfidential(own) || known.some(({ person }) => person?.addressConfidential === true)
  return {
    ...own,
    asOfMs: Math.min(...all.map(({ asOfMs }) => asOfMs)),
    blocks: all.flatMap(({ blocks }) => blocks),
    reservations: all.flatMap(({ reservations }) => reservations),
    ...(own.person && { person: { ...own.person, addressConfidential: isConfidential } }),
  }
}
