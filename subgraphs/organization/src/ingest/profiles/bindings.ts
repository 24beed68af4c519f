import type { CodeSystem, StructureDefinition, ValueSet } from 'fhir/r4.js'
import type { Breach } from './profile-check.js'
import type { ReadProfiles } from './read-profiles.js'

/** An element whose codes a profile names one by one. */
interface Binding {
  /** Names below the resource, e.g. `bodySite`, `coding`. */
  readonly path: readonly string[]
  readonly valueSet: string
  readonly allowed: ReadonlySet<string>
}

/**
 * Required bindings, which the library does not check, to value sets that are listed in the same folders. Those within slices
 * are left to the slices; value sets that are defined by a rule (a filter, another set) are left unchecked.
 */
export function requiredBindings(
  { type, snapshot }: StructureDefinition,
  { valueSets, codeSystems }: Pick<ReadProfiles, 'valueSets' | 'codeSystems'>,
): readonly Binding[] {
  return (snapshot?.element ?? []).flatMap(({ id = '', path, binding }) => {
    const url = binding?.valueSet?.split('|')[0]
    if (binding?.strength !== 'required' || id.includes(':') || path.includes('[x]')) return []
    const set = valueSets.find((one) => one.url === url)
    const allowed = set && codesOf(set, codeSystems)
    if (!set || !allowed) return []
    const below = path.slice(type.length + 1).split('.')
    return [{ path: below, valueSet: nameOf(set), allowed }]
  })
}

const nameOf = ({ name, url, id }: ValueSet): string => name ?? url ?? id ?? ''

/** Both `system|code` and the bare code, for elements that hold no more; undefined where the set is not listed. */
function codesOf(
  { compose }: ValueSet,
  codeSystems: readonly CodeSystem[],
): ReadonlySet<string> | undefined {
  const codes = new Set<string>()
  if (!compose || compose.exclude) return undefined
  for (const { system = '', concept, filter, valueSet } of compose.include) {
    const all = concept ?? codeSystems.find(({ url }) => url === system)?.concept
    if (filter || valueSet || !all) return undefined
    for (const { code } of all) codes.add(code).add(`${system}|${code}`)
  }
  return codes
}

/** Profiles bind an element, its codings and their codes to the same set: the outermost says it. */
export function checkBindings(bindings: readonly Binding[], resource: object): readonly Breach[] {
  const found: Breach[] = []
  for (const { path, valueSet, allowed } of bindings) {
    const element = path.join('.')
    const isSaid = found.some((outer) => element.startsWith(`${outer.element}.`))
    if (isSaid || valuesAt(resource, path).every((value) => isAllowed(value, allowed))) continue
    const text = `has no code of ${valueSet}, which is required`
    found.push({ element, code: 'code-invalid', text })
  }
  return found
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((one) => valuesAt(one, name === undefined ? [] : [name, ...rest]))
  }
  if (name === undefined) return [value]
  if (typeof value !== 'object' || value === null) return []
  const member = (value as Readonly<Record<string, unknown>>)[name]
  return member === undefined ? [] : valuesAt(member, rest)
}

/** A code, a Coding, or a CodeableConcept with one coding of the set. */
function isAllowed(value: unknown, allowed: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return allowed.has(value)
  const { coding, system, code } = value as {
    readonly coding?: readonly unknown[]
    readonly system?: string
    readonly code?: string
  }
  if (coding) return coding.some((one) => isAllowed(one, allowed))
  return allowed.has(`${system ?? ''}|${code ?? ''}`)
}
