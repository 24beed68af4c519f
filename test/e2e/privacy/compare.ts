import type { Answer } from '@kilde/demo/test-network'

/** The answer without what differs between any two answers: instants, and the handle that is bound to the patient. */
export function comparable({ status, headers, body }: Answer): string {
  const names = [...headers.keys()].sort()
  return JSON.stringify(
    { status, names, length: headers.get('content-length'), body },
    (key, value) => (key === 'asOf' ? typeof value : value),
  )
}

/** Members of the contract that tell that something is withheld, and nothing of what. */
const FLAGS: ReadonlySet<string> = new Set(['withheld', 'complete', 'newerMayExist', 'precision'])

/** The same without the flags either. */
export const withoutFlags = ({ status, body }: Answer): string =>
  JSON.stringify({ status, body }, (key, value) =>
    key === 'asOf' || FLAGS.has(key) ? typeof value : value,
  )

/** Every member of this name, wherever it stands. */
export function valuesOf(name: string, value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name ? [inner] : valuesOf(name, inner),
  )
}
