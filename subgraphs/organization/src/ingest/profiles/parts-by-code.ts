import type { CodeableConcept, ElementDefinition, StructureDefinition } from 'fhir/r4.js'
import type { Breach } from './profile-check.js'

/** One of a profile's slices of `component`: how many components with one of these codes there must be. */
interface Part {
  readonly name: string
  readonly min: number
  readonly max: number
  /** `system|code` that a component of this slice must have. */
  readonly tokens: readonly string[]
}

/**
 * Components that a profile tells apart by their codes. The library does not understand such slices (discriminator
 * `code.coding.code`) and misses every one of them; so they are taken out of the profile and counted here.
 */
export function componentParts({ type, snapshot }: StructureDefinition): readonly Part[] {
  const elements = snapshot?.element ?? []
  return elements.flatMap((element) => {
    if (element.path !== `${type}.component` || element.sliceName === undefined) return []
    const tokens = tokensIn(elements, `${element.id}.code.coding:`)
    const { sliceName: name, min = 0, max = '*' } = element
    return [{ name, min, max: max === '*' ? Infinity : Number(max), tokens }]
  })
}

export function withoutComponentParts(profile: StructureDefinition): StructureDefinition {
  const element = (profile.snapshot?.element ?? []).filter(
    ({ id }) => !id?.startsWith(`${profile.type}.component:`),
  )
  return { ...profile, snapshot: { element } }
}

/** Codes of the codings that the slice must have. */
function tokensIn(elements: readonly ElementDefinition[], prefix: string): readonly string[] {
  const required = elements.filter(
    ({ id = '', min = 0 }) =>
      id.startsWith(prefix) && !id.slice(prefix.length).includes('.') && min > 0,
  )
  return required.flatMap(({ id }) => {
    const member = (name: string) => elements.find((one) => one.id === `${id}.${name}`)
    const system = member('system')?.fixedUri ?? member('system')?.patternUri
    const code = member('code')?.fixedCode ?? member('code')?.patternCode
    return system !== undefined && code !== undefined ? [`${system}|${code}`] : []
  })
}

export function checkParts(parts: readonly Part[], resource: object): readonly Breach[] {
  const { component = [] } = resource as { component?: readonly { code?: CodeableConcept }[] }
  const codes = component.map(({ code }) =>
    (code?.coding ?? []).map((one) => `${one.system ?? ''}|${one.code ?? ''}`),
  )
  return parts.flatMap(({ name, min, max, tokens }) => {
    if (tokens.length === 0) return []
    const count = codes.filter((own) => tokens.some((token) => own.includes(token))).length
    if (count >= min && count <= max) return []
    const most = max === Infinity ? '*' : String(max)
    const text = `${name} (${tokens.join(' or ')}) must be there ${min}..${most} times, and is ${count}`
    return [{ element: 'component', code: 'structure' as const, text }]
  })
}
