import type { PatientIdentifier } from '@kilde/contract'
import type { Citizen, Professional } from '@kilde/trust'
import type { Facts } from './engine.js'
import type { Ground } from './grounds.js'

/** Code system 9060: whoever treats people by authorisation or licence. Not fish (FB), not animals (VE), not unknown (XX). */
const CATEGORIES =
  'AA AT AU BI ET FA1 FA2 FO FT HE HF HP JO KE KI LE MT NP OA OI OP OR OS PE PM PS RA SP TH TL TP TT VP'
const HEALTH_PERSONNEL: ReadonlySet<string> = new Set(CATEGORIES.split(' '))

export interface FactsContext {
  readonly patient: PatientIdentifier
  readonly ground: Ground
  /** Clients that are gateways to this organisation. */
  readonly gatewayClients: readonly string[]
}

/** What the signed token says, reduced to what the rules ask. */
export function factsOf(caller: Professional | Citizen, context: FactsContext): Facts {
  const { patient, ground, gatewayClients } = context
  const citizen = caller.kind === 'citizen'
  return {
    kind: caller.kind,
    securityLevel: caller.securityLevel,
    purpose: caller.purpose,
    authorised: caller.kind === 'professional' && isAuthorised(caller),
    patientIsCaller: citizen && caller.pid === patient.value,
    patientIsRepresented: citizen && caller.onBehalfOf === patient.value,
    throughGateway: caller.actor !== undefined && gatewayClients.includes(caller.actor),
    ground: ground.kind,
  }
}

function isAuthorised({ hprNumber, attest }: Professional): boolean {
  return hprNumber !== undefined && HEALTH_PERSONNEL.has(attest.authorization ?? '')
}
