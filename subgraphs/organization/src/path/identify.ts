import { identifierToken, type PatientIdentifier, patientDigest } from '@kilde/contract'
import type { FindNumbers } from '@kilde/locate'
import type { Asked, Identified, Person } from './stage.js'

/** Whoever waits longer for base data answers without them, and says so. */
const WAIT_MS = 3_000

/**
 * By which further numbers the patient's rows may be shown: those that base data tell this node itself, and that the signed context
 * covers. Neither is enough alone: base data that lie to one of both open nothing (decision 49).
 */
export function createIdentify(
  find: FindNumbers | undefined,
): (request: Asked) => Promise<Identified> {
  return async (request) => {
    const { patient } = request.question
    const { salt = '', formerly } = request.said
    const { others, certain } = await numbersOf(find, request)
    const isCovered = (other: PatientIdentifier): boolean =>
      formerly?.includes(patientDigest(salt, identifierToken(other))) ?? false
    const followed = others.filter(isCovered)
    const person: Person = {
      all: [patient, ...others],
      followed: [patient, ...followed],
      linkUnknown: isOpen({ said: formerly, others, followed, certain }),
    }
    return { ...request, person }
  }
}

interface Links {
  /** Digests of the gateway's context; undefined: it does not know. */
  readonly said: readonly string[] | undefined
  readonly others: readonly PatientIdentifier[]
  readonly followed: readonly PatientIdentifier[]
  readonly certain: boolean
}

/** Whether rows may be missing: a number that one side knows of is not followed, or neither could tell. */
function isOpen({ said, others, followed, certain }: Links): boolean {
  if (followed.length < others.length) return true
  if (said === undefined) return !certain
  return said.length > followed.length
}

/** Without base data by configuration nothing is known, and nothing is uncertain but what the context says. */
async function numbersOf(find: FindNumbers | undefined, { question, signal }: Asked) {
  if (!find) return { others: [], certain: true }
  const { deadlineMs = WAIT_MS } = question
  const wait = AbortSignal.timeout(Math.min(WAIT_MS, Math.ceil(deadlineMs / 2)))
  return find(question.patient, AbortSignal.any([signal, wait]))
}
