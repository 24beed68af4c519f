import { identifierToken, parsePatientIdentifier, patientDigest } from '@kilde/contract'
import { AvailabilityVariables, availabilityOperation } from '@kilde/locate'
import { ContextError, checkContext } from '@kilde/trust/context'
import { Kind } from 'graphql'
import { OrganizationError } from '../errors.js'
import type { Asked, Attributed } from '../path/stage.js'
import { askPresence } from './presence.js'

/**
 * Whether anything is held of one patient, asked as any question is: by a signed context about this patient and this operation.
 * @throws OrganizationError `REQUEST_MALFORMED`, ContextError
 */
export function createUnderstandAvailability(
  requiresSignature: () => boolean,
): (request: Attributed) => Promise<Asked> {
  return async (request) => {
    const { said, caller } = request
    const read = AvailabilityVariables.safeParse(said.variables)
    if (said.query !== availabilityOperation || !read.success)
      throw new OrganizationError('REQUEST_MALFORMED')
    const patient = identifierIn(read.data.identifier)
    const digest = patientDigest(said.salt ?? '', identifierToken(patient))
    checkContext(said.context, { caller, patient: digest, query: said.query })
    // What requesters sign are GraphQL requests: this is none of them.
    if (requiresSignature()) throw new ContextError('REQUEST_SIGNATURE_REQUIRED')
    const document = { kind: Kind.DOCUMENT, definitions: [] } as const
    const question = {
      about: 'patient' as const,
      operation: { document, name: availabilityOperation, variables: {} },
      patient,
      asked: new Map([[availabilityOperation, askPresence(read.data.dataClasses, patient)]]),
      written: [],
      below: { fragments: new Map(), variables: {} },
      fields: ['Patient.availability'],
      ...{ salt: said.salt, deadlineMs: said.deadlineMs, trace: said.trace },
    }
    return { ...request, question }
  }
}

function identifierIn(text: string) {
  try {
    return parsePatientIdentifier(text)
  } catch (cause) {
    throw new OrganizationError('PATIENT_IDENTIFIER_INVALID', { cause })
  }
}
