/** What has names, found by them: a patient with thousands of resources must not cost their square. */
export type ByName<T> = (names: readonly string[]) => readonly T[]

/** Answers each once, in the order of the names. */
export function indexByName<T>(
  all: readonly T[],
  namesOf: (one: T) => readonly string[],
): ByName<T> {
  const index = new Map<string, T[]>()
  for (const one of all) {
    for (const name of namesOf(one)) {
      const same = index.get(name)
      if (same) same.push(one)
      else index.set(name, [one])
    }
  }
  return (names) => [...new Set(names.flatMap((name) => index.get(name) ?? []))]
}
