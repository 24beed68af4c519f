import { identifierToken } from '@kilde/contract'
import type { PatientQuestion } from '../question.js'
import type { WrittenField } from '../root.js'
import { rowsAsked, rowsSigned, staysWithin } from './arguments.js'
import { type DocumentContext, isKeyPath, pathsOf } from './paths.js'
import { beyond, ofSigned, type SignedRequest } from './signed-request.js'
import { isSignedWhole } from './whole.js'

/**
 * Refuses whatever is not within the operation that the requester signed: patient, organisation, fields, arguments, and rows
 * over all rounds under this signature. A gateway needs not be trusted for any of these.
 * @throws ContextError `BEYOND_SIGNATURE`, `REQUEST_SIGNATURE_REPLAYED`; TrustError where rows cannot be counted
 */
export async function keepWithin(
  question: PatientQuestion,
  signed: SignedRequest,
  organization: string,
): Promise<void> {
  if (identifierToken(question.patient) !== signed.patient) throw beyond('another patient')
  if (signed.sources?.includes(organization) === false) throw beyond('another source')
  if (signed.excludeSources.includes(organization)) throw beyond('an excluded source')
  const most = new Map([...signed.fields].map(([key, field]) => [key, rowsSigned(field)]))
  const wanted = new Map<string, number>()
  for (const asked of question.written) {
    const rows = rowsAsked(asked)
    const keys = keysFor(asked, question.below, signed, organization)
    const room = keys.find((key) => (wanted.get(key) ?? 0) + rows <= (most.get(key) ?? 0))
    if (room === undefined) throw beyond(`${asked.name}: not signed so`)
    wanted.set(room, (wanted.get(room) ?? 0) + rows)
  }
  // Last, so that what is refused anyway uses nothing up.
  await signed.allowance.take(wanted, most)
}

/** Under which of the signed fields this one may be asked. */
function keysFor(
  asked: WrittenField,
  context: DocumentContext,
  signed: SignedRequest,
  organization: string,
): readonly string[] {
  const paths = [...pathsOf(asked, context)].filter((path) => !isKeyPath(path))
  return [...signed.fields]
    .filter(([, field]) => field.name === asked.name)
    .filter(([, field]) => staysWithin(asked.args, field.args, organization))
    .filter(([, field]) => coversAll(field, signed, paths))
    .map(([key]) => key)
}

function coversAll(field: WrittenField, signed: SignedRequest, paths: readonly string[]): boolean {
  const covered = ofSigned(() => pathsOf(field, signed))
  if (isSignedWhole(field.name)) {
    return paths.length === 0 || [...covered].some((path) => !isKeyPath(path))
  }
  // How many rows there are is one fact, whichever way it is asked.
  const counts = [...covered].some((path) => path.startsWith('totalCount/'))
  return paths.every((path) => covered.has(path) || (counts && path.startsWith('totalCount/')))
}
