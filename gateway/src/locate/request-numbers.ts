import type { PatientIdentifier } from '@kilde/contract'
import type { FindNumbers } from '@kilde/locate'
import type { Fetch } from '../path/stage.js'

/** The patient's other numbers; undefined where that is not certain. Looked up once for each request, and forgotten with it. */
export type RequestNumbers = (
  asked: Fetch['asked'],
) => Promise<readonly PatientIdentifier[] | undefined>

/** @param timeoutMs longest wait: base data that are late are out */
export function createRequestNumbers(find: FindNumbers, timeoutMs: number): RequestNumbers {
  const found = new WeakMap<object, ReturnType<RequestNumbers>>()
  const lookUp: RequestNumbers = async ({ patient, signal }) => {
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const { others, certain } = await find(patient, until)
    return certain ? others : undefined
  }
  return (asked) => {
    const known = found.get(asked.trail) ?? lookUp(asked)
    found.set(asked.trail, known)
    return known
  }
}
