import type { Citizen, Professional } from '@kilde/trust'
import type { GlassState } from './break-glass.js'
import type { Facts } from './decision.js'
import type { Ground } from './grounds.js'
import type { Standing } from './representation.js'
import type { PolicyTables } from './tables.js'

export interface FactsContext {
  readonly ground: Ground
  readonly tables: PolicyTables
  /** Clients that are gateways to this organisation. */
  readonly gatewayClients: readonly string[]
  readonly settingsKnown: boolean
  readonly standing: Standing
  readonly glass: GlassState
}

/** What the signed token, the registry and the settings say, reduced to what the rules ask. */
export function factsOf(caller: Professional | Citizen, context: FactsContext): Facts {
  const { ground, gatewayClients, standing } = context
  return {
    kind: caller.kind,
    securityLevel: caller.securityLevel,
    purpose: caller.purpose,
    ...personnelFacts(caller, context),
    ground: ground.kind,
    roleAgreed: ground.roleAgreed,
    delegated: ground.delegated,
    settingsKnown: context.settingsKnown,
    relation: standing.relation,
    ageRule: standing.ageRule,
    addressConfidential: standing.addressConfidential,
    throughGateway: caller.actor !== undefined && gatewayClients.includes(caller.actor),
  }
}

const NOBODY = {
  purposeDetails: '',
  role: '',
  authorised: false,
  assistant: false,
  breakGlassRole: false,
  reasonGiven: false,
  firstStep: false,
  breakGlassOver: false,
}

function personnelFacts(
  caller: Professional | Citizen,
  { ground, tables, glass }: FactsContext,
): Pick<Facts, keyof typeof NOBODY> {
  if (caller.kind === 'citizen') return NOBODY
  const { attest, hprNumber } = caller
  const role = attest.authorization ?? ''
  const { description = '', userSelected } = attest.decisionRef
  const reason = description.trim()
  return {
    purposeDetails: attest.purposeDetails ?? '',
    role,
    authorised: hprNumber !== undefined && tables.healthPersonnel.includes(role),
    assistant: hprNumber === undefined && ground.clinician !== undefined,
    breakGlassRole: tables.breakGlass.roles.includes(role),
    // A reason that a system derived is nobody's own (ATT-48).
    reasonGiven: userSelected && reason.length >= tables.breakGlass.reasonCharacters,
    firstStep: glass.firstStep,
    breakGlassOver: glass.over,
  }
}
