import {
  fragmentsOf,
  InvalidPatientIdentifier,
  type PatientIdentifier,
  parsePatientIdentifier,
} from '@kilde/contract'
import { ContextError, maxSignatureLength } from '@kilde/trust/context'
import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { GatewayError } from '../errors.js'
import { type DocumentLimits, parseWithin } from '../limits.js'
import { type RegisteredOperations, textOf } from '../registered-operations.js'
import { parseRequestJson } from '../request-json.js'
import { Evidence } from '../transport/evidence.js'
import { checkUnits, readUnits } from '../units.js'
import type { Asked, Authenticated, Operation } from './stage.js'
import { Trail } from './trail.js'

const requestBody = z
  .object({
    query: z.string().optional(),
    documentId: z.string().max(200).optional(),
    variables: z.record(z.string(), z.unknown()).nullish(),
    operationName: z.string().max(200).nullish(),
    extensions: z.unknown().optional(),
  })
  .refine(({ query, documentId }) => query !== undefined || documentId !== undefined)

/** What a client wants beside the answer. */
const wishes = z.object({ kilde: z.object({ pages: z.literal(true) }) })

/** A stream of the client's that is to go on by the token of this request. */
const renewal = z.object({ kilde: z.object({ renews: z.string().min(1).max(100) }) })

interface CheckedDocument {
  readonly document: DocumentNode
  /** Variables that name a unit. */
  readonly units: readonly string[]
}

/** The root field that carries a patient, and the variable that names the patient. */
interface PatientField {
  readonly variable: string
}

/**
 * Reads the operation: bounded, free of person numbers, about one patient at most. What Apollo plans later is this very
 * document, which is safe to cache: it holds no patient.
 * @param registered where there are some, no other operation is carried out
 * @throws GatewayError
 */
export function createPlan(
  limits: DocumentLimits,
  registered?: RegisteredOperations,
): (request: Authenticated) => Promise<Asked> {
  const documents = new LRUCache<string, CheckedDocument>({
    max: 500,
    maxSize: 5_000_000,
    sizeCalculation: (_, key) => key.length + 1,
  })
  const documentOf = (source: string): CheckedDocument => {
    const known = documents.get(source)
    if (known) return known
    refuseNumbers(source)
    const document = parseWithin(source, limits)
    refuseLiterals(document)
    const checked = { document, units: readUnits(document) }
    documents.set(source, checked)
    return checked
  }
  return async (request) => {
    checkSignature(request.signature)
    const { variables, operationName, extensions, ...named } = readBody(request.body)
    const query = textOf(named, registered)
    const { document, units } = documentOf(query)
    checkUnits(units, variables ?? {})
    const renewed = renewal.safeParse(extensions)
    const isLive = request.takesEvents === true || renewed.success
    const operation: Operation = {
      source: query,
      document,
      name: operationName ?? undefined,
      variables: variables ?? {},
      isSubscription: isSubscription(document, operationName, isLive),
    }
    if (renewed.success && !operation.isSubscription) throw onlyQueries()
    const renews = renewed.success ? { renews: renewed.data.kilde.renews } : {}
    const evidence = wishes.safeParse(extensions).success ? { evidence: new Evidence() } : {}
    return {
      ...request,
      operation,
      patient: patientOf(operation),
      trail: new Trail(),
      ...evidence,
      ...renews,
    }
  }
}

/** Sources verify it; here it is only kept from being anything else than one compact JWS. */
function checkSignature(signature: string | undefined): void {
  if (signature === undefined || (signature.length <= maxSignatureLength && JWS.test(signature)))
    return
  throw new ContextError('REQUEST_SIGNATURE_MALFORMED')
}

const JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

function readBody(body: Uint8Array): z.infer<typeof requestBody> {
  const read = requestBody.safeParse(parseRequestJson(body))
  if (!read.success) throw new GatewayError('REQUEST_MALFORMED')
  return read.data
}

const ELEVEN_DIGITS = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/

/** Anything like a person number in the text, be it a literal, a name or a comment: it would be cached and logged with it. */
function refuseNumbers(text: string): void {
  if (ELEVEN_DIGITS.test(text)) throw new GatewayError('IDENTIFIER_IN_DOCUMENT')
}

/** Literals as they are meant: escapes in a string could hide digits from a look at the text. */
function refuseLiterals(document: DocumentNode): void {
  visit(document, {
    StringValue: ({ value }) => refuseNumbers(value),
    Field: (field) => {
      if (field.name.value === 'patient') identifierVariable(field)
    },
  })
}

/** The variable of `patient(identifier: $…)`; a literal there is refused whatever its form. */
function identifierVariable(field: FieldNode): string | undefined {
  const value = field.arguments?.find(({ name }) => name.value === 'identifier')?.value
  if (value === undefined) return undefined
  if (value.kind !== Kind.VARIABLE) throw new GatewayError('IDENTIFIER_IN_DOCUMENT')
  return value.name.value
}

function patientOf(operation: Operation): PatientIdentifier | undefined {
  const { document, variables, name } = operation
  const fields = patientFields(operationOf(document, name), document)
  if (fields.length > 1) throw new GatewayError('ONE_PATIENT_ONLY')
  const [field] = fields
  if (!field) return undefined
  try {
    return parsePatientIdentifier(variables[field.variable])
  } catch (fault) {
    if (!(fault instanceof InvalidPatientIdentifier)) throw fault
    throw new GatewayError('PATIENT_IDENTIFIER_INVALID', {
      text: fault.message,
      detail: fault.fault,
    })
  }
}

function isSubscription(
  document: DocumentNode,
  name: string | null | undefined,
  isLive: boolean,
): boolean {
  const { operation } = operationOf(document, name ?? undefined)
  if (operation === 'query') return false
  if (operation !== 'subscription' || !isLive) throw onlyQueries()
  return true
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name)
  if (operation) return operation
  const text = '`operationName` must name the one operation to carry out.'
  throw new GatewayError('REQUEST_MALFORMED', { text })
}

const onlyQueries = (): GatewayError =>
  new GatewayError('REQUEST_MALFORMED', { text: 'Only queries are answered.' })

function patientFields(operation: OperationDefinitionNode, document: DocumentNode): PatientField[] {
  const fragments = fragmentsOf(document)
  const found: PatientField[] = []
  const seen = new Set<string>()
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const variable =
          selection.name.value === 'patient' ? identifierVariable(selection) : undefined
        if (variable !== undefined) found.push({ variable })
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet)
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment) walk(fragment.selectionSet)
      }
    }
  }
  walk(operation.selectionSet)
  return found
}
