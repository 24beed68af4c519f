import type { NameQuestion, Names, SourceName } from '../../sources/source.js'
import { completenessOf } from '../connection.js'
import type { AskedField, FieldRequest, Part, PartContext } from './field.js'

/** `Patient.name`. */
export function askName({ patient }: FieldRequest<unknown>): AskedField {
  const question: NameQuestion = { patient }
  return {
    dataClass: 'Patient',
    async read(source, signal) {
      const names = await source.names(question, signal)
      return { known: names.known, part: (context) => partOf(names, context) }
    },
  }
}

function partOf(
  { names, asOfMs, dropped = 0, truncated = false }: Names,
  context: PartContext,
): Part {
  const { organization } = context
  const variants = differing(names.toSorted(compareNames)).map((name) => ({
    value: name,
    rank: rankOf(name),
    recorded: new Date(name.recordedMs).toISOString(),
    source: { number: organization },
  }))
  return {
    edges: [],
    content: () => ({
      value: variants[0]?.value,
      variants,
      // One source does not contradict itself: these are its names for different uses.
      conflict: false,
      ...completenessOf({ ...context, asOfMs, returned: variants.length, dropped, truncated }),
    }),
    items: () => [],
    isPartial: () => dropped > 0 || truncated,
  }
}

const RANKS: Readonly<Record<string, number>> = { official: 3, usual: 2 }

const rankOf = ({ use = '' }: SourceName): number => RANKS[use] ?? 1

/** The preferred name first: `official` before `usual` before others, then the newest. */
const compareNames = (a: SourceName, b: SourceName): number =>
  rankOf(b) - rankOf(a) || b.recordedMs - a.recordedMs

/** Each name once, for the first of its uses. */
const differing = (names: readonly SourceName[]): readonly SourceName[] =>
  names.filter(({ text }, index) => names.findIndex((other) => other.text === text) === index)
