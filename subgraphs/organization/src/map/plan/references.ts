import type { PlanPart } from '../../sources/source.js'
import {
  type PartElements,
  type PartOfType,
  parseKeepingDigits,
  type Reference,
  readPart,
} from './elements.js'
import { isZone } from './zones.js'

/** Names by which a reference may mean a resource: as it is written, without its version, and as `Type/id`. */
export function namesIn({ reference, identifier, type }: Reference): readonly string[] {
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
export const identifierName = (
  type: string,
  {
    system = '',
    value = '',
  }: { readonly system?: string | undefined; readonly value?: string | undefined },
): string => `${type}?${system}|${value}`

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
export function readParts(related: readonly PlanPart[], contained: readonly unknown[]): Parts {
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
