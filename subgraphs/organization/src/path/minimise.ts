import type { Answer } from '../question/answer.js'
import type { Minimised, Read } from './stage.js'

/** Makes the answer of the selected fields alone. A stored row that is no good is left out and counted. */
export function createMinimise(answer: Answer): (request: Read) => Minimised {
  return (request) => ({ ...request, ...answer(request.question, request.found, request.caller) })
}
