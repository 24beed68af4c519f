import { instant } from '../common-fields.js'
import type { Parts } from './parts.js'

/** What was written down while it was followed up: sections of notes, and notes on tasks. */
export function notesOf(parts: Parts) {
  const { compositions, tasks } = parts
  const sections = compositions.flatMap(({ section = [], author = [], date }) =>
    section.flatMap(({ title, text }) => {
      const words = wordsIn(text?.div)
      if (words === '') return []
      return [
        {
          text: title === undefined ? words : `${title}: ${words}`,
          time: instant(date),
          authorText: parts.partyOf(author[0])?.display,
        },
      ]
    }),
  )
  const onTasks = tasks.flatMap(({ note = [] }) =>
    note.map(({ text, time, authorString, authorReference }) => ({
      text,
      time: instant(time),
      authorText: authorString ?? authorReference?.display,
    })),
  )
  return [...sections, ...onTasks]
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** Text of FHIR's narrative (a closed set of XHTML), for a contract that has no markup. */
const wordsIn = (div = ''): string =>
  div
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_whole, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()
