import type { QuestionnaireResponse } from 'fhir/r4.js'
import { type Effective, effectiveOf } from '../../map/effective.js'
import { believed } from '../held-row.js'

/** When it was answered, as it says. Undefined: no time can be read. */
export const authoredOf = ({
  authored,
}: {
  readonly authored?: string | undefined
}): Effective | undefined =>
  authored === undefined ? undefined : effectiveOf({ effectiveDateTime: authored })

/** The same, unless it lies ahead. */
export const answeredAt = (
  response: Pick<QuestionnaireResponse, 'authored'>,
  receivedMs: number,
): Effective | undefined => believed(authoredOf(response), receivedMs)
