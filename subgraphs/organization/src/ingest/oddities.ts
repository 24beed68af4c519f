import {
  codeSystems,
  identifierSystems,
  kindOf,
  type Measurement,
  measurementOfKind,
  parsePatientIdentifier,
  tokensOf,
} from '@kilde/contract'
import type { CodeableConcept, Observation, ObservationComponent, Reference } from 'fhir/r4.js'
import { effectiveOf } from '../map/effective.js'
import { ucumOf, unitPart } from '../map/units.js'
import { type Issue, warning } from './outcome.js'

/**
 * What real systems send that is not quite as FHIR, UCUM or VkpObservation has it, and can be read safely all the same: it is read,
 * and the sender is told how. All of these were met in published examples (docs/profiles.md).
 */
export function odditiesOf(observation: Observation, place: string): readonly Issue[] {
  const { component = [], performer = [] } = observation
  return [
    ...oddSource(observation, place),
    ...oddTime(observation, place),
    ...oddStatus(observation, place),
    ...performer.flatMap((one, at) => oddAuthor(one, `${place}.performer[${at}]`)),
    ...oddPart(observation, place),
    ...component.flatMap((part, at) => oddPart(part, `${place}.component[${at}]`)),
  ]
}

const told = (expression: string, text: string): Issue => ({
  severity: 'information',
  code: 'informational',
  text,
  expression,
})

function oddSource({ meta }: Observation, place: string): readonly Issue[] {
  const source = meta?.source
  if (source === undefined || /^[a-z][a-z0-9+.-]*:/i.test(source)) return []
  return [told(`${place}.meta.source`, 'is no absolute URI: kept, and used for nothing')]
}

function oddTime(observation: Observation, place: string): readonly Issue[] {
  if (effectiveOf(observation)?.precision !== 'DATE') return []
  const text = 'has no time of day: ordered by its first instant in Europe/Oslo, and marked so'
  return [told(`${place}.effective`, text)]
}

function oddStatus({ status, valueQuantity, valueInteger }: Observation, place: string) {
  const hasValue = valueQuantity !== undefined || valueInteger !== undefined
  if (status !== 'registered' || !hasValue) return []
  return [told(`${place}.status`, 'says that there is no result yet: the value is shown with it')]
}

const PERSONS: readonly (string | undefined)[] = Object.values(identifierSystems)

/** A number of nobody tells nothing of who made the measurement. */
function oddAuthor({ identifier, type }: Reference, place: string): readonly Issue[] {
  const { system, value } = identifier ?? {}
  if (!PERSONS.includes(system) || value === undefined || isPerson(system, value)) return []
  const text = `is nobody’s number in this system: ${type ? 'only the type is used' : 'the author counts as unknown'}`
  return [warning(`${place}.identifier.value`, text)]
}

function isPerson(system: string | undefined, value: string): boolean {
  try {
    return Boolean(parsePatientIdentifier(`${system}|${value}`))
  } catch {
    return false
  }
}

function oddPart(part: Observation | ObservationComponent, place: string): readonly Issue[] {
  const kind = kindOf(part.code?.coding ?? [])
  const measurement = kind && measurementOfKind(kind)
  if (!measurement) return []
  return [
    ...oddCode(part.code, measurement, `${place}.code`),
    ...oddUnit(part, measurement, `${place}.valueQuantity`),
    ...oddConcept(part, measurement, `${place}.valueCodeableConcept`),
  ]
}

/** Another code than the table writes is read as the measurement all the same; a code that it has not is only shown. */
function oddCode(
  { coding = [] }: CodeableConcept,
  measurement: Measurement,
  at: string,
): readonly Issue[] {
  const tokens = coding.map(({ system = '', code = '' }) => `${system}|${code}`)
  const known = tokensOf(measurement)
  const unknown = tokens.findIndex((token) => !known.includes(token))
  const [snomed] = measurement.snomed
  const other = coding.findIndex(
    ({ system, code }) => system === codeSystems.snomed && code !== snomed,
  )
  const isVariant =
    other >= 0 && other !== unknown && !tokens.includes(`${codeSystems.snomed}|${snomed}`)
  return [
    ...(isVariant
      ? [told(`${at}.coding[${other}]`, `is read as ${measurement.english}, elsewhere ${snomed}`)]
      : []),
    ...(unknown >= 0
      ? [told(`${at}.coding[${unknown}]`, 'is not in the code table: shown, and not read')]
      : []),
  ]
}

function oddUnit(
  { valueQuantity }: Observation | ObservationComponent,
  { unit: own }: Measurement,
  at: string,
): readonly Issue[] {
  if (!valueQuantity) return []
  const part = unitPart(valueQuantity)
  if (part === undefined) {
    return own === '{score}' ? [told(at, 'has no unit: read as a plain number')] : []
  }
  const unit = ucumOf(valueQuantity)
  if (unit === undefined || unit === valueQuantity[part]) return []
  return [told(`${at}.${part}`, `is read as ${unit} of UCUM`)]
}

const SHARED: readonly (string | undefined)[] = [codeSystems.snomed, codeSystems.loinc]

function oddConcept(
  { valueCodeableConcept: concept }: Observation | ObservationComponent,
  { kind }: Measurement,
  at: string,
): readonly Issue[] {
  const isShared = concept?.coding?.some(({ system }) => SHARED.includes(system))
  if (!concept || kind !== 'CONSCIOUSNESS' || isShared) return []
  const text = 'has no code that others know (SNOMED CT, LOINC): shown in the source’s own words'
  return [warning(at, text)]
}
