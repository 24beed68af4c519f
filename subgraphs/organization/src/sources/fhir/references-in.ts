/** What a resource refers to elsewhere. */
export interface Referred {
  /** Resources of this server, `Type/id`. */
  readonly local: readonly (readonly [type: string, id: string])[]
  /** Canonical addresses (`url|version`) of definitions. */
  readonly canonical: readonly string[]
}

/** Elements of FHIR R4 that name a definition by its canonical address. */
const CANONICAL: ReadonlySet<string> = new Set(['questionnaire', 'instantiatesCanonical'])

/** Every reference in a resource, also in what it contains. `addresses`: base addresses that mean this server. */
export function referencesIn(resource: object, addresses: readonly string[]): Referred {
  const local: (readonly [string, string])[] = []
  const canonical: string[] = []
  const look = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (CANONICAL.has(name)) canonical.push(value)
      const found = name === 'reference' ? localOf(value, addresses) : undefined
      if (found) local.push(found)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        // Items of a list stand under the list's own name.
        look(member, Array.isArray(value) ? name : key)
      }
    }
  }
  look(resource, '')
  return { local, canonical }
}

function localOf(
  reference: string,
  addresses: readonly string[],
): readonly [string, string] | undefined {
  const own = addresses.find((address) => reference.startsWith(`${address}/`))
  const path = own === undefined ? reference : reference.slice(own.length + 1)
  const [, type, id] =
    /^([A-Z][A-Za-z]{1,60})\/([A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(path) ?? []
  return type === undefined || id === undefined ? undefined : [type, id]
}
