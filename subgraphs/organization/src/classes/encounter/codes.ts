import type { Concept } from '../../map/elements.js'
import type { EncounterElements } from './elements.js'

const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp-encounter'
/** VKP has the same codes as a mode of who took part and as a class; its value sets stand as code systems in its profile. */
const MODES = [`${VKP}-mode-v090`, `${VKP}-class-v090`, valueSet(`${VKP}-mode-v090`)]
const REASONS = [`${VKP}-reason-v090`, valueSet(`${VKP}-reason-v090`)]
const PROFILE = 'http://ehelse.no/fhir/StructureDefinition/vkp-Encounter-v090'

function valueSet(codeSystem: string): string {
  return codeSystem.replace('/CodeSystem/', '/ValueSet/')
}

const MODE_OF: Readonly<Record<string, string>> = {
  '0': 'CAMERA_ANONYMISED',
  '1': 'CAMERA',
  '2': 'TWO_WAY_SPEECH',
  '3': 'LISTENING_ANONYMISED',
  '4': 'LISTENING',
}
const REASON_OF: Readonly<Record<string, string>> = { '1': 'SCHEDULED', '2': 'EVENT' }

type Coded = Pick<EncounterElements, 'meta' | 'class' | 'participant' | 'reasonCode'>

/** Whether it is digital supervision [digitalt tilsyn]: by VKP's profile, or by one of its codes. Nothing else tells it from a consultation. */
export const isSupervision = (one: Coded): boolean =>
  (one.meta?.profile ?? []).some((url) => url.split('|')[0] === PROFILE) ||
  codesOf(modeConcepts(one), MODES).length > 0 ||
  codesOf(one.reasonCode ?? [], REASONS).length > 0

/** By what means it is done. Two means in one visit are none that could be shown as its own. */
export function modeOf(one: Coded): string {
  const known = new Set(codesOf(modeConcepts(one), MODES).flatMap((code) => MODE_OF[code] ?? []))
  const [mode] = known
  return known.size === 1 && mode !== undefined ? mode : 'OTHER_REMOTE'
}

/** Why it is done; undefined where VKP has no such code. */
export const reasonOf = ({ reasonCode = [] }: Coded): string | undefined =>
  codesOf(reasonCode, REASONS).flatMap((code) => REASON_OF[code] ?? [])[0]

const modeConcepts = ({ class: own, participant = [] }: Coded): readonly Concept[] => [
  ...participant.flatMap(({ type = [] }) => type),
  ...(own ? [{ coding: [own] }] : []),
]

const codesOf = (concepts: readonly Concept[], systems: readonly string[]): readonly string[] =>
  concepts.flatMap(({ coding = [] }) =>
    coding.flatMap(({ system = '', code }) =>
      code !== undefined && systems.includes(system) ? [code] : [],
    ),
  )
