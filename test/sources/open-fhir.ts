import {
  compileShapeCheck,
  fhirSettings,
  openFhirSource,
  type Source,
  serverOf,
} from '@kilde/organization/sources'
import { ORGANIZATION } from './vocabulary.js'

let check: ReturnType<typeof compileShapeCheck> | undefined

/** A FHIR server as a source, with the settings that an organisation would write. */
export function openFhir(settings: Readonly<Record<string, unknown>>, now = Date.now): Source {
  check ??= compileShapeCheck()
  const read = fhirSettings.parse({ kind: 'fhir', ...settings })
  const server = serverOf(read, ORGANIZATION)
  return openFhirSource({ server, organization: ORGANIZATION, checkShape: check, now })
}
