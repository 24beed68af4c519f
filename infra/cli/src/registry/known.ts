import type { OrganizationEntry } from '@kilde/catalogue'
import type { DemoFile } from '../demo.js'
import { findOrganization, type KnownOrganization } from '../find-organization.js'

/** Legal entities go by number, key or name; a sub-unit may share its entity's name and goes by its number. */
export function findEntry(
  text: string,
  entries: readonly OrganizationEntry[],
  demo: DemoFile,
): OrganizationEntry {
  const known = knownIn(entries, demo)
  const byNumber = known.find(({ number }) => number === text.trim())
  return (
    byNumber ??
    findOrganization(
      text,
      known.filter(({ parent }) => parent === undefined),
    )
  )
}

/** Organisations of the registry, with the short names that the demo gave them. */
function knownIn(
  entries: readonly OrganizationEntry[],
  demo: DemoFile,
): readonly (OrganizationEntry & KnownOrganization)[] {
  const keys = new Map<string, string>(demo.organizations.map(({ number, key }) => [number, key]))
  return entries.map((entry) => {
    const key = keys.get(entry.number)
    return key === undefined ? entry : { ...entry, key }
  })
}
