import {
  codeSystems,
  identifierSystems,
  kindOf,
  type MeasurementKind,
  measurementOfKind,
} from '@kilde/contract'
import type { CodeableConcept, Observation, Patient } from 'fhir/r4.js'
import type { Breach } from './profile-check.js'

const VKP = 'http://hl7.no/fhir/vkpobservation/StructureDefinition/vkp-Observation'
const NO_BASIS_PATIENT = 'http://hl7.no/fhir/StructureDefinition/no-basis-Patient'

/** What a profile of VkpObservation 0.5.2 demands beyond FHIR R4, as far as it bears on the meaning. */
interface Rules {
  readonly kind: MeasurementKind
  /** HL7's vital signs underneath: category, a LOINC code, a time to the day. */
  readonly vitalSign?: true
  /** UCUM codes that the value may have. */
  readonly units?: readonly string[]
  /** Components that must be there, once. */
  readonly parts?: readonly MeasurementKind[]
}

const PROFILES: Readonly<Record<string, Rules>> = {
  '-Heartrate': { kind: 'PULSE', vitalSign: true, units: ['/min'] },
  '-Bloodpressure': { kind: 'BLOOD_PRESSURE', vitalSign: true, parts: ['SYSTOLIC', 'DIASTOLIC'] },
  '-Oxygensat': { kind: 'OXYGEN_SATURATION', vitalSign: true, units: ['%'] },
  '-Resprate': { kind: 'RESPIRATION_RATE', vitalSign: true, units: ['/min'] },
  '-Bodytemp': { kind: 'BODY_TEMPERATURE', vitalSign: true, units: ['Cel', '[degF]'] },
  '-Bodyweight': { kind: 'BODY_WEIGHT', vitalSign: true, units: ['g', 'kg', '[lb_av]'] },
  '-Consciousness': { kind: 'CONSCIOUSNESS' },
  '-NEWS2score': { kind: 'NEWS2' },
  '-CFSscore': { kind: 'CLINICAL_FRAILTY' },
}

/** The profile that a measurement is expected to keep; undefined for what no profile is about. */
export function profileOfKind(resource: object): string | undefined {
  if (!isObservation(resource)) return undefined
  const kind = kindOf(resource.code?.coding ?? [])
  const [name] = Object.entries(PROFILES).find(([, rules]) => rules.kind === kind) ?? []
  return kind && VKP + (name ?? '')
}

/** Checks a resource against a profile by the rules below; undefined for a profile that none are about. */
export function checkInOwnWords(profile: string, resource: object): readonly Breach[] | undefined {
  if (profile === NO_BASIS_PATIENT) return checkPatient(resource as Patient)
  if (!profile.startsWith(VKP)) return undefined
  const name = profile.slice(VKP.length)
  const rules = PROFILES[name]
  if (!rules && name !== '') return undefined
  if (!isObservation(resource)) return [breach('', 'is a profile of Observation')]
  return [...checkSubject(resource), ...(rules ? checkRules(rules, resource) : [])]
}

const breach = (element: string, text: string, code: Breach['code'] = 'structure'): Breach => ({
  ...{ element, code, text },
})

const isObservation = (resource: object): resource is Observation =>
  'resourceType' in resource && resource.resourceType === 'Observation'

const PERSONS: readonly (string | undefined)[] = Object.values(identifierSystems)

/** VKP names a patient by number, not by an address that others cannot follow. */
function checkSubject({ subject }: Observation): readonly Breach[] {
  const { system, value } = subject?.identifier ?? {}
  if (value === undefined) {
    return [breach('subject.identifier', 'a patient is named by a logical identifier', 'required')]
  }
  if (PERSONS.includes(system)) return []
  const text = 'is no system of national identity, D-numbers or common help numbers'
  return [breach('subject.identifier.system', text, 'code-invalid')]
}

function checkRules(rules: Rules, observation: Observation): readonly Breach[] {
  const { units, parts = [], vitalSign, kind } = rules
  return [
    ...(vitalSign ? checkVitalSign(observation) : []),
    ...checkCode(kind, observation),
    ...(units ? checkUnit(observation, units) : []),
    ...parts.flatMap((part) => checkPart(observation, part)),
  ]
}

function checkVitalSign({ category, effectiveDateTime }: Observation): readonly Breach[] {
  const isVital = category?.some(({ coding }) => coding?.some(({ code }) => code === 'vital-signs'))
  // HL7's invariant vs-1.
  const isVague = effectiveDateTime !== undefined && effectiveDateTime.length < 10
  return [
    ...(isVital ? [] : [breach('category', 'one category must be `vital-signs`', 'required')]),
    ...(isVague ? [breach('effectiveDateTime', 'must say the day at least', 'invariant')] : []),
  ]
}

/** The first LOINC code of the code table, as HL7's vital signs want it; SNOMED CT where the profile knows no LOINC. */
function checkCode(kind: MeasurementKind, { code }: Observation): readonly Breach[] {
  const { loinc, snomed } = measurementOfKind(kind) ?? { loinc: [], snomed: [] }
  const system = loinc[0] === undefined ? codeSystems.snomed : codeSystems.loinc
  const wanted = loinc[0] ?? snomed[0]
  if (wanted === undefined || has(code, system, wanted)) return []
  return [breach('code.coding', `must have ${wanted} of ${system}`, 'required')]
}

const has = (concept: CodeableConcept | undefined, system: string, code: string): boolean =>
  concept?.coding?.some((one) => one.system === system && one.code === code) ?? false

function checkUnit({ valueQuantity }: Observation, units: readonly string[]): readonly Breach[] {
  if (!valueQuantity) return []
  const { system, code } = valueQuantity
  const isRight = system === codeSystems.ucum && code !== undefined && units.includes(code)
  const text = `must be ${units.join(', ')} of UCUM`
  return isRight ? [] : [breach('valueQuantity.code', text, 'code-invalid')]
}

function checkPart({ component = [] }: Observation, kind: MeasurementKind): readonly Breach[] {
  const found = component.filter(({ code }) => kindOf(code.coding ?? []) === kind)
  if (found.length === 1) return []
  const english = measurementOfKind(kind)?.english ?? kind
  return [breach('component', `must have ${english} once, and has ${found.length}`)]
}

/** An identifier says whose number it is, and the number. */
const checkPatient = ({ identifier = [] }: Patient): readonly Breach[] =>
  identifier.flatMap(({ system, value }, at) => {
    const [missing] = [system === undefined && 'system', value === undefined && 'value'].filter(
      (name) => name !== false,
    )
    return missing ? [breach(`identifier[${at}].${missing}`, 'is required', 'required')] : []
  })
