import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4.js'
import { effectiveOf } from '../map/effective.js'
import { fault, type Issue } from './outcome.js'
import { checkQuantity } from './quantity-rule.js'

/** What FHIR R4 demands of an Observation and its JSON schema cannot say, and what Kilde demands besides. */
export function checkObservation(observation: Observation, place: string): readonly Issue[] {
  const { component = [] } = observation
  return [
    ...checkPresence(observation, place),
    ...checkTimes(observation, place),
    ...checkOneValue(observation, place),
    ...checkQuantity(observation, place),
    ...component.flatMap((part, index) =>
      checkComponent(part, observation, `${place}.component[${index}]`),
    ),
  ]
}

/** Without a result yet, or without one any more: these need no value. */
const WITHOUT_VALUE: readonly string[] = ['registered', 'cancelled', 'entered-in-error']

function checkPresence(observation: Observation, place: string): readonly Issue[] {
  const { status, code, component = [], hasMember = [], dataAbsentReason } = observation
  const issues: Issue[] = []
  // The schema cannot require a primitive: its extension may stand alone.
  if (status === undefined) issues.push(fault(`${place}.status`, 'is required', 'required'))
  if (!isCoded(code)) issues.push(fault(`${place}.code`, 'says neither code nor text', 'required'))
  const parts = [...valuesOf(observation), ...component, ...hasMember]
  const empty = parts.length === 0 && !dataAbsentReason
  if (empty && status !== undefined && !WITHOUT_VALUE.includes(status)) {
    const text = 'has no value[x], no component, no member and no dataAbsentReason'
    issues.push(fault(`${place}.value`, text, 'required'))
  }
  return issues
}

function checkTimes(observation: Observation, place: string): readonly Issue[] {
  const given = Object.keys(observation).filter((name) => /^effective[A-Z]/.test(name))
  if (given.length > 1)
    return [fault(`${place}.${given[1]}`, 'only one effective[x] is allowed', 'structure')]
  const { start, end } = observation.effectivePeriod ?? {}
  const effective = effectiveOf(observation)
  if (!effective) {
    const text = 'no time of measurement can be read, and no issued stands in'
    return [fault(`${place}.${given[0] ?? 'effective'}`, text, given[0] ? 'value' : 'required')]
  }
  const backwards =
    start !== undefined && end !== undefined && Date.parse(effective.end ?? '') < effective.startMs
  return backwards
    ? [fault(`${place}.effectivePeriod.end`, 'is before the start', 'invariant')]
    : []
}

function checkOneValue(part: Observation | ObservationComponent, place: string): readonly Issue[] {
  const values = valuesOf(part)
  const [first, second] = values
  if (second)
    return [
      fault(
        `${place}.${second}`,
        `only one value[x] is allowed, and ${first} is there`,
        'structure',
      ),
    ]
  if (first && part.dataAbsentReason) {
    return [fault(`${place}.dataAbsentReason`, 'is only for an absent value (obs-6)', 'invariant')]
  }
  const { valueInteger = 0 } = part
  if (valueInteger !== Math.trunc(valueInteger) || Math.abs(valueInteger) >= 2 ** 31) {
    return [fault(`${place}.valueInteger`, 'is no whole number of 32 bits', 'value')]
  }
  return []
}

function checkComponent(
  part: ObservationComponent,
  whole: Observation,
  place: string,
): readonly Issue[] {
  const issues = [...checkOneValue(part, place), ...checkQuantity(part, place)]
  if (!isCoded(part.code))
    issues.push(fault(`${place}.code`, 'says neither code nor text', 'required'))
  const own = new Set((whole.code?.coding ?? []).map(({ system, code }) => `${system}|${code}`))
  const same = part.code.coding?.some(({ system, code }) => own.has(`${system}|${code}`))
  if (same && valuesOf(whole).length > 0) {
    const text = 'is the code of the whole, which has a value of its own (obs-7)'
    issues.push(fault(`${place}.code`, text, 'invariant'))
  }
  return issues
}

const valuesOf = (part: object): readonly string[] =>
  Object.keys(part).filter((name) => /^value[A-Z]/.test(name))

const isCoded = (concept: CodeableConcept | undefined): boolean =>
  Boolean(concept?.text) ||
  (concept?.coding ?? []).some(({ code, display }) => code !== undefined || display !== undefined)
