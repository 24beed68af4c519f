import type { HumanName, Patient } from 'fhir/r4.js'
import { endOf, instantMs } from '../map/effective.js'
import type { NameChange } from '../sources/intake.js'
import { identifierOf } from './references.js'

/** Longest name that is kept, in characters of all its parts. */
const LONGEST = 500

/**
 * The patient's names to keep: those in use, the first of each use. None where the Patient has no identifier to keep them
 * under. A Patient that claims to be updated in the future was updated when it came.
 */
export function namesOf(patient: Patient, receivedMs: number): readonly NameChange[] {
  const identifier = identifierOf(patient)
  if (!identifier) return []
  const updatedMs = instantMs(patient.meta?.lastUpdated ?? '') ?? receivedMs
  const recordedMs = Math.min(updatedMs, receivedMs)
  const byUse = new Map<string, NameChange>()
  for (const name of patient.name ?? []) {
    const { use, family, given = [] } = name
    const text = textOf(name)
    if (text === undefined || isOver(name, receivedMs) || byUse.has(use ?? '')) continue
    byUse.set(use ?? '', {
      patient: identifier,
      ...{ text, given, recordedMs },
      ...(family !== undefined && { family }),
      ...(use !== undefined && { use }),
    })
  }
  return [...byUse.values()]
}

/** The whole name in one line; undefined where there is none, or none of a length that names have. */
function textOf({ text, family, given = [] }: HumanName): string | undefined {
  const sent = text ?? [...given, family].filter((part) => part !== undefined).join(' ')
  // White space is how a system writes a name, not what the name is.
  const whole = sent.trim().replace(/\s+/g, ' ')
  const length = whole.length + (family?.length ?? 0) + given.join('').length
  return whole === '' || length > LONGEST ? undefined : whole
}

/** No longer the patient's name: nobody's business any more. */
const isOver = ({ use, period }: HumanName, nowMs: number): boolean =>
  use === 'old' || (period?.end !== undefined && Date.parse(endOf(period.end) ?? '') < nowMs)
