import { patients } from '@kilde/people'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'
import { type AnswerText, responseBundle } from './response.js'

/** Kari's days with COPD, worse until she was admitted, and better since. The same `until` gives the same answers. */
export function demoQuestionnaires(until: Date): readonly StoryBundle[] {
  const at = (daysAgo: number): string => {
    const day = new Date(until.getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10)
    return `${day}T07:30:00Z`
  }
  const answers: readonly AnswerText[] = [
    { key: 'kols-dagen-1', authored: at(35), choices: [1, 1, 0, 0], kg: '61.5' },
    { key: 'kols-dagen-2', authored: at(21), choices: [1, 1, 1, 1], kg: '61.2' },
    {
      ...{ key: 'kols-dagen-3', authored: at(9), choices: [2, 2, 2, 1] },
      words: 'Våknet flere ganger av hosten.',
    },
  ]
  const after: AnswerText = {
    ...{ key: 'kols-dagen-utskrevet', authored: at(2), choices: [1, 0, 1, 0], byStaff: true },
    words: 'Klarer trappa igjen.',
  }
  const { copd } = patients
  return [
    { organization: 'municipality', bundle: responseBundle(copd, places.municipality, answers) },
    { organization: 'hospital', bundle: responseBundle(copd, places.hospital, [after]) },
    // What the municipality sent along when she was admitted: a copy, which stays the municipality's.
    {
      organization: 'hospital',
      bundle: responseBundle(copd, places.municipality, answers.slice(2)),
    },
  ]
}
