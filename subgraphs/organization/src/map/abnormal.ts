import type { CodeableConcept, Observation } from 'fhir/r4.js'

const HL7 = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
/** Lab deviation: 1 above, 2 below, 3 outside the reference range (Volven 8244). */
const NORWEGIAN_LAB = 'urn:oid:2.16.578.1.12.4.1.1.8244'

/** True where the source itself marked the measurement, or a part of it, as abnormal. Nothing is interpreted here. */
export function isMarkedAbnormal(observation: Observation): boolean {
  const parts = [observation, ...(observation.component ?? [])]
  return parts.some(({ interpretation }) => interpretation?.some(isAbnormal))
}

function isAbnormal({ coding }: CodeableConcept): boolean {
  return (coding ?? []).some(
    ({ system, code }) =>
      (system === HL7 && code !== undefined && code !== 'N') || system === NORWEGIAN_LAB,
  )
}
