import { createHash } from 'node:crypto'
import { identifierToken, type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import type { RepresentationKind, Validity } from '@kilde/privacy'
import type { People } from '../people/people.js'
import { isOpen, type Statement } from './statement.js'

/** Somebody who represents the person, from base data or by power of attorney. Age is not looked at here. */
export interface Represents {
  readonly id: string
  readonly kind: RepresentationKind
  readonly representative: PatientIdentifier
  readonly validity: Validity
}

/** Nobody represents where either party's address is confidential, or where base data know one of them not at all. */
export function representationOf(
  person: PatientIdentifier,
  statements: readonly Statement[],
  people: People,
  atMs: number,
): readonly Represents[] {
  const own = people.find(person)
  if (!own || own.addressConfidential) return []
  const listed = own.representatives.map(({ identifier, kind, validity }) => ({
    id: stableId(`${kind} ${identifierToken(person)} ${identifierToken(identifier)}`),
    kind,
    representative: identifier,
    validity,
  }))
  const granted = statements
    .filter((one) => one.kind === 'REPRESENTATION' && isOpen(one, atMs))
    .flatMap(({ id, representative, validity }) =>
      representative === undefined
        ? []
        : [
            {
              id,
              kind: 'POWER_OF_ATTORNEY' as const,
              representative: parsePatientIdentifier(representative),
              validity,
            },
          ],
    )
  return [...listed, ...granted].filter(({ representative }) => {
    const other = people.find(representative)
    return other !== undefined && !other.addressConfidential
  })
}

/** A UUID (version 8) that is the same each time; made with a digest, so that it tells nobody's number. */
function stableId(text: string): string {
  const hex = createHash('sha256').update(`kilde representation ${text}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
