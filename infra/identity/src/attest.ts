import { organizations, type Persona } from '@kilde/people'
import { claims, systems } from '@kilde/trust'
import { errors } from 'oidc-provider'
import type { AttestInput } from './attest-input.js'
import { oid } from './attest-request.js'

const purposes = {
  TREAT: 'Behandling',
  ETREAT: 'Akutt behandling',
  COC: 'Koordinering',
  BTG: 'Nødrett',
} as const

const authorities = {
  people: 'https://www.skatteetaten.no',
  health: 'https://www.helsedirektoratet.no/',
  organizations: 'https://www.brreg.no',
  purposes: 'https://www.hl7.org',
} as const

/**
 * Fills an attest from the base data about the person who signed in, at the time of signing in.
 * @throws InvalidAuthorizationDetails where the request claims what the base data do not say of this person
 */
export function fillAttest(input: AttestInput, persona: Persona, nowMs: number): FilledAttest {
  checkAgainst(input, persona)
  const {
    hpr_nr: _hpr,
    authorization,
    legal_entity,
    point_of_care,
    department,
  } = input.practitioner
  return {
    type: claims.attest,
    toa: Math.floor(nowMs / 1000),
    practitioner: {
      identifier: {
        id: persona.pid,
        name: persona.name,
        system: oid(systems.nationalIdentityNumber),
        authority: authorities.people,
      },
      ...(persona.hprNumber && {
        hpr_nr: {
          id: persona.hprNumber,
          system: oid(systems.hprNumber),
          authority: authorities.health,
        },
      }),
      ...(authorization && {
        authorization: {
          ...authorization,
          text: persona.authorization?.text,
          assigner: authorities.health,
        },
      }),
      legal_entity: { ...legal_entity, ...named(persona, 'name') },
      point_of_care: { ...point_of_care, ...named(persona, 'pointOfCareName') },
      ...(department && { department }),
    },
    care_relationship: fillRelationship(input, persona),
  }
}

export type FilledAttest = { readonly type: typeof claims.attest } & Readonly<
  Record<string, unknown>
>

function fillRelationship({ care_relationship: care }: AttestInput, persona: Persona): object {
  const known = persona.works?.healthcareService
  const { healthcare_service: service } = care
  const isKnown = service && known?.code === service.code && known.system === service.system
  return {
    ...care,
    ...(service && { healthcare_service: { ...service, ...(isKnown && { text: known.text }) } }),
    purpose_of_use: {
      ...care.purpose_of_use,
      text: purposes[care.purpose_of_use.code],
      assigner: authorities.purposes,
    },
  }
}

function named(persona: Persona, what: 'name' | 'pointOfCareName'): object {
  const { works } = persona
  const name = what === 'name' ? works && organizations[works.organization].name : works?.[what]
  return { name, authority: authorities.organizations }
}

function checkAgainst({ practitioner }: AttestInput, persona: Persona): void {
  const { works, authorization, hprNumber } = persona
  if (!works) throw refused('this person works nowhere')
  const { number } = organizations[works.organization]
  if (practitioner.legal_entity.id !== number) throw refused('legal_entity')
  if (practitioner.point_of_care.id !== works.pointOfCare) throw refused('point_of_care')
  if (practitioner.authorization && practitioner.authorization.code !== authorization?.code) {
    throw refused('authorization')
  }
  if (practitioner.hpr_nr && practitioner.hpr_nr.id !== hprNumber) throw refused('hpr_nr')
}

/** Whether an attest that a client asks for could be this person's. */
export function fits(input: AttestInput, persona: Persona): boolean {
  try {
    checkAgainst(input, persona)
    return true
  } catch {
    return false
  }
}

function refused(what: string): errors.InvalidAuthorizationDetails {
  return new errors.InvalidAuthorizationDetails(`not according to the base data: ${what}`)
}
