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
  ajv.addSchema(demandingObjects(JSON.parse(schema) as FhirSchema))
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

interface FhirSchema {
  readonly definitions: Readonly<Record<string, Definition>>
}
interface Definition {
  readonly properties?: Readonly<Record<string, Property>>
}
interface Property {
  readonly type?: string
  readonly items?: object
}

/**
 * HL7's file names the properties of complex types and forgets that these are objects, so that a text or a number would pass for a
 * Period. Only in the list of the extensions of a list of primitives may null stand in the place of one (FHIR R4 §2.6.2.1).
 */
function demandingObjects(schema: FhirSchema): object {
  const definitions = Object.entries(schema.definitions).map(([name, { properties, ...rest }]) => [
    name,
    properties ? { ...rest, type: 'object', properties: lettingNull(properties) } : rest,
  ])
  return { ...schema, definitions: Object.fromEntries(definitions) }
}

const lettingNull = (properties: NonNullable<Definition['properties']>): object =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) =>
      name.startsWith('_') && property.type === 'array' && property.items
        ? [name, { ...property, items: { anyOf: [property.items, { type: 'null' }] } }]
        : [name, property],
    ),
  )

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
