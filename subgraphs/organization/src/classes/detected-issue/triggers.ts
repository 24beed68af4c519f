import { linkTo } from '../links.js'
import type { AlertElements } from './elements.js'

const KINDS: Readonly<Record<string, string>> = {
  Observation: 'MEASUREMENT',
  QuestionnaireResponse: 'QUESTIONNAIRE',
  CarePlan: 'PLAN',
  Device: 'DEVICE',
}

/** What an alert was raised over. What stands in the alert itself is told elsewhere. */
export function triggersOf({
  evidence = [],
  implicated = [],
}: Pick<AlertElements, 'evidence' | 'implicated'>) {
  const references = [...evidence.flatMap(({ detail = [] }) => detail), ...implicated]
  return references
    .flatMap(linkTo)
    .map(({ type, ...link }) => ({ kind: KINDS[type] ?? 'OTHER', ...link }))
}
