import { parseKeepingDigits } from '../../map/elements.js'
import type { RelatedResource } from '../../sources/source.js'
import { namesIn } from '../references.js'
import { type PartElements, type PartOfType, type Reference, readPart } from './elements.js'
import { isZone } from './zones.js'

/** What a plan refers to, found by name. */
export interface Parts {
  find<T extends PartElements['resourceType']>(
    type: T,
    reference: Reference,
  ): PartOfType<T> | undefined
  /** Plans that are part of it: its zones. */
  readonly zones: readonly PartOfType<'CarePlan'>[]
}

/** @throws where a part is not what FHIR R4 says: the plan is dropped rather than shown without it */
export function readParts(
  related: readonly RelatedResource[],
  contained: readonly unknown[],
): Parts {
  const byName = new Map<string, PartElements>()
  const all: PartElements[] = []
  const add = (resource: unknown, names: readonly string[]): void => {
    const part = readPart(resource)
    if (!part) return
    all.push(part)
    for (const name of names) byName.set(name, part)
  }
  for (const { names, resource } of related) add(parseKeepingDigits(resource), names)
  for (const resource of contained) add(resource, [`#${idIn(resource)}`])
  const find: Parts['find'] = (type, reference) => {
    const found = namesIn(reference).flatMap((name) => byName.get(name) ?? [])
    return found.find((one): one is PartOfType<typeof type> => one.resourceType === type)
  }
  const plans = all.filter((one) => one.resourceType === 'CarePlan')
  return { find, zones: plans.filter((one) => isZone(one, (to) => find('Condition', to))) }
}

const idIn = (resource: unknown): string =>
  typeof resource === 'object' && resource !== null && 'id' in resource ? String(resource.id) : ''
