import type { SourceName } from '../source.js'

/**
 * The newest name of each use, as a store keeps them: the same name again changes nothing, so that its time stays that of
 * the name.
 */
export function newestNames(names: readonly SourceName[]): readonly SourceName[] {
  const newest = new Map<string, SourceName>()
  for (const name of names.toSorted((a, b) => a.recordedMs - b.recordedMs)) {
    const held = newest.get(name.use ?? '')
    if (!held || !isSame(held, name)) newest.set(name.use ?? '', name)
  }
  return [...newest.values()]
}

const isSame = (a: SourceName, b: SourceName): boolean =>
  a.text === b.text && a.family === b.family && a.given.join('\0') === b.given.join('\0')
