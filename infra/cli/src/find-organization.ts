import { CliError } from './errors.js'

export interface KnownOrganization {
  readonly number: string
  readonly name: string
  /** Short name in the demo, e.g. `hospital`. */
  readonly key?: string
}

/**
 * Finds an organisation by number, key or name; capitals do not matter.
 * @throws CliError `ORGANIZATION_UNKNOWN`, listing those that are known
 */
export function findOrganization<T extends KnownOrganization>(
  text: string,
  known: readonly T[],
): T {
  const wanted = text.trim().toLowerCase()
  const found = known.filter(({ number, name, key }) =>
    [number, name, key].some((word) => word?.toLowerCase() === wanted),
  )
  const [first] = found
  if (first && found.length === 1) return first
  const names = known.map(({ number, name, key }) => `${key ?? number} (${name})`).join(', ')
  throw new CliError('ORGANIZATION_UNKNOWN', {
    text: `${found.length > 1 ? 'Several organisations have that name' : 'There is no such organisation'}; there are: ${names || 'none'}.`,
  })
}
