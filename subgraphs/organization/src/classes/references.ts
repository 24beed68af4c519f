interface Named {
  readonly system?: string | undefined
  readonly value?: string | undefined
}

/** A FHIR Reference as far as it says what it means. */
export interface Naming {
  readonly reference?: string | undefined
  readonly type?: string | undefined
  readonly identifier?: Named | undefined
}

/** Names by which a reference may mean a resource: as it is written, without its version, and as `Type/id`. */
export function namesIn({ reference, identifier, type }: Naming): readonly string[] {
  const names: string[] = []
  if (reference !== undefined) {
    const plain = reference.replace(/\/_history\/.*$/, '')
    const [relative] = plain.match(/[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/) ?? []
    names.push(plain, ...(relative === undefined ? [] : [relative]))
  }
  if (identifier?.value !== undefined && type !== undefined) {
    names.push(identifierName(type, identifier))
  }
  return names
}

/** The name of a resource by a business identifier. */
export const identifierName = (type: string, { system = '', value = '' }: Named): string =>
  `${type}?${system}|${value}`

/** FHIR canonical of what has this address. */
export const canonicalOf = (url: string, version: string | undefined): string =>
  version === undefined ? url : `${url}|${version}`

/**
 * Names of a FHIR canonical (`url|version#fragment`), the exact one first: without a version whichever is held. Also where it
 * is written as a reference, as some senders do.
 */
export function namesOfCanonical(canonical: string): readonly string[] {
  const [whole = ''] = canonical.split('#')
  const [url = ''] = whole.split('|')
  return [...new Set([whole, url, ...namesIn({ reference: url })])]
}
