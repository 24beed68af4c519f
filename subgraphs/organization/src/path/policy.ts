import { PolicyRefused } from '../errors.js'
import type { Judge } from '../policy/judge.js'
import type { Identified, Permitted } from './stage.js'

/**
 * Decides once for each request and class of data, never per row; what is closed row by row becomes conditions of the read.
 * @throws PolicyRefused, CatalogueError `CATALOGUE_UNAVAILABLE`
 */
export function createPolicyStep(judge: Judge): (request: Identified) => Promise<Permitted> {
  return async (request) => {
    const { caller, question, requestId, person } = request
    const verdict = await judge({ caller, requestId, ...question, numbers: person.all })
    if (!verdict.permitted) throw new PolicyRefused(verdict.reason, verdict.rules)
    const { ground, openings, rules } = verdict
    return { ...request, ground, openings, rules }
  }
}
