import { organizations, type Persona } from '@kilde/people'
import { claims, systems } from '@kilde/trust'

export const oid = (system: string): string => `urn:oid:${system}`

/**
 * The authorization detail by which a persona's health record system asks for the attest at sign-in, or undefined for
 * people who work nowhere. Only codes and numbers: the identity provider fills in names, HPR number and identity.
 */
export function attestRequest(persona: Persona): AttestRequest | undefined {
  const { works, authorization } = persona
  if (!works) return undefined
  const { code, system } = works.healthcareService
  return {
    type: claims.attest,
    practitioner: {
      ...(authorization && {
        authorization: { code: authorization.code, system: oid(systems.authorization) },
      }),
      legal_entity: organization(organizations[works.organization].number),
      point_of_care: organization(works.pointOfCare),
    },
    care_relationship: {
      healthcare_service: { code, system },
      purpose_of_use: { code: works.purpose, system: oid(systems.purposeOfUse) },
      decision_ref: {
        id: `${persona.key}-1`,
        description: works.decision,
        user_selected: false,
      },
    },
  }
}

export interface AttestRequest {
  readonly type: typeof claims.attest
  readonly practitioner: {
    readonly authorization?: Coding
    readonly legal_entity: Identifier
    readonly point_of_care: Identifier
  }
  readonly care_relationship: {
    readonly healthcare_service: Coding
    readonly purpose_of_use: Coding
    readonly decision_ref: {
      readonly id: string
      readonly description: string
      readonly user_selected: boolean
    }
  }
}

interface Coding {
  readonly code: string
  readonly system: string
}

interface Identifier {
  readonly id: string
  readonly system: string
}

function organization(id: string): Identifier {
  return { id, system: oid(systems.organizationNumber) }
}
