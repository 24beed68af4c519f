import { PolicyRefused } from '../errors.js'
import type { Decide } from '../policy/engine.js'
import { factsOf } from '../policy/facts.js'
import type { FindGround } from '../policy/grounds.js'
import type { Asked, Permitted } from './stage.js'

export interface PolicyParts {
  readonly decide: Decide
  readonly findGround: FindGround
  /** Clients that are gateways to this organisation. */
  readonly gatewayClients: readonly string[]
}

/** Decides once for each request, never per row. @throws PolicyRefused, CatalogueError `CATALOGUE_UNAVAILABLE` */
export function createPolicyStep(parts: PolicyParts): (request: Asked) => Permitted {
  const { decide, findGround, gatewayClients } = parts
  return (request) => {
    const { caller, question } = request
    const ground = findGround(caller, 'Observation')
    const decision = decide(factsOf(caller, { patient: question.patient, ground, gatewayClients }))
    if (!decision.permitted) throw new PolicyRefused(decision.reason, decision.rules)
    return { ...request, ground }
  }
}
