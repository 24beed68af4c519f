import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { fault, type Issue } from './outcome.js'

/** Checks the shape of a resource; answers the first fault, placed below `place` (a FHIRPath). */
export type ShapeCheck = (type: string, resource: unknown, place: string) => Issue | undefined

/**
 * Compiles FHIR's own JSON schema, each type when it first comes: all that a node takes are about 0.3 s and 30 MB, so once for all
 * organisations of a process. It misses a required primitive that is absent, two values at once, and all invariants: see rules.ts.
 */
export function compileShapeCheck(): ShapeCheck {
  const schema = readFileSync(new URL('./fhir-r4.schema.json', import.meta.url), 'utf8')
  // FHIR's patterns are not written for the `u` flag.
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false })
  ajv.addSchema(JSON.parse(schema) as object)
  const compiled = new Map<string, ValidateFunction>()
  const checkOf = (type: string): ValidateFunction => {
    const known = compiled.get(type) ?? ajv.compile({ $ref: `fhir#/definitions/${type}` })
    compiled.set(type, known)
    return known
  }
  return (type, resource, place) => {
    const check = checkOf(type)
    if (check(resource)) return undefined
    const [first] = check.errors ?? []
    return first ? describe(first, place) : fault(place, 'is not valid FHIR R4', 'structure')
  }
}

function describe(error: ErrorObject, place: string): Issue {
  const at = place + fhirPath(error.instancePath)
  const params = error.params as { additionalProperty?: string; missingProperty?: string }
  if (params.additionalProperty !== undefined) {
    return fault(
      `${at}.${params.additionalProperty}`,
      'FHIR R4 has no such element here',
      'structure',
    )
  }
  if (params.missingProperty !== undefined) {
    return fault(`${at}.${params.missingProperty}`, 'is required', 'required')
  }
  return fault(at, WORDS[error.keyword] ?? 'is not valid FHIR R4', 'structure')
}

const WORDS: Readonly<Record<string, string>> = {
  enum: 'is none of the codes that FHIR R4 allows here',
  pattern: 'does not have the form that FHIR R4 demands here',
  type: 'has another JSON type than FHIR R4 demands here',
  const: 'has another value than FHIR R4 demands here',
}

/** `/component/0/valueQuantity` → `.component[0].valueQuantity` */
const fhirPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) =>
      /^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`,
    )
    .join('')
