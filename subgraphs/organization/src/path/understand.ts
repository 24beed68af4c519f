import type { DocumentCheck } from '../question/document.js'
import { readQuestion } from '../question/question.js'
import type { Asked, AskedOfContract, Verified } from './stage.js'

/** What is asked, checked against the contract and its limits. @throws OrganizationError that says what is wrong */
export function createUnderstand(
  check: DocumentCheck,
  organization: string,
): (request: Verified) => Asked | AskedOfContract {
  return (request) => {
    const question = readQuestion(request.body, check, organization)
    return question.about === 'patient' ? { ...request, question } : { ...request, question }
  }
}
