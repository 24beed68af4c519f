import { randomUUID } from 'node:crypto'
import { redactNumbers } from './redact.js'

/** A UUID without eleven digits in a row, which one in two hundred has: redaction would take it for a person's number. */
export function newRequestId(): string {
  const id = randomUUID()
  return redactNumbers(id) === id ? id : newRequestId()
}
