import { organizations, type Persona } from '@kilde/people'
import { claims, systems } from '@kilde/trust'
import { oid } from './attest-request.js'
import type { RegisteredClient } from './clients.js'

type Claims = Readonly<Record<string, unknown>>

/** Claims about the client, as HelseID names them. */
export function clientClaims(client: RegisteredClient): Claims {
  return {
    [claims.clientAuthentication]: 'private_key_jwt',
    [claims.clientName]: client.name,
    [claims.clientTenancy]: client.kind === 'user' ? 'multi-tenant' : 'single-tenant',
    ...(client.organization && { [claims.orgnrParent]: client.organization }),
  }
}

export interface SignIn {
  readonly authTime: number | undefined
  readonly session: string | undefined
}

/** Claims about the person who signed in. The audience, not the client, decides which: ours always gets these. */
export function personClaims(persona: Persona, signIn: SignIn): Claims {
  const [familyName = '', ...reversed] = persona.name.split(' ').reverse()
  return {
    name: persona.name,
    given_name: reversed.reverse().join(' '),
    middle_name: '',
    family_name: familyName,
    idp: 'kilde-personas',
    amr: ['pwd'],
    auth_time: signIn.authTime,
    sid: signIn.session,
    [claims.pid]: persona.pid,
    [claims.securityLevel]: '4',
    [claims.assuranceLevel]: 'high',
    [claims.network]: persona.works ? 'helsenett' : 'internett',
    ...(persona.hprNumber && { [claims.hprNumber]: persona.hprNumber }),
    ...workClaims(persona),
    ...citizenClaims(persona),
  }
}

function workClaims({ works }: Persona): Claims {
  if (!works) return {}
  return {
    [claims.orgnrParent]: organizations[works.organization].number,
    [claims.orgnrChild]: works.pointOfCare,
  }
}

function citizenClaims({ citizen }: Persona): Claims {
  if (!citizen) return {}
  return {
    [claims.citizen]: {
      purpose_of_use: { code: citizen.purpose, system: oid(systems.purposeOfUse) },
      ...(citizen.onBehalfOf && { on_behalf_of: citizen.onBehalfOf }),
    },
  }
}

/** Claims that belong to one token or one client; everything else of a user token goes along when it is exchanged. */
const ownOfToken: readonly string[] = [
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'sub',
  'scope',
  'client_id',
  'cnf',
  'act',
  claims.clientAuthentication,
  claims.clientName,
  claims.clientTenancy,
]

/** What an exchanged token says of the user, with the client as actor. */
export function exchangedClaims(subjectToken: Claims, client: RegisteredClient): Claims {
  const aboutUser = Object.entries(subjectToken).filter(([name]) => !ownOfToken.includes(name))
  const { [claims.orgnrParent]: _own, ...aboutClient } = clientClaims(client)
  return { ...aboutClient, ...Object.fromEntries(aboutUser), act: { sub: client.clientId } }
}
