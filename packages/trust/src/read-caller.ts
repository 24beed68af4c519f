import { readAttest } from './attest.js'
import type { Caller, Citizen, KnownCaller, Professional, System, TokenFacts } from './caller.js'
import type { VerifiedToken } from './check-token.js'
import { readCitizen } from './citizen.js'
import { claims } from './claims.js'
import { TrustError } from './errors.js'

export interface ReadingTime {
  readonly nowMs: number
  readonly clockSkewMs: number
}

/**
 * A machine client has none of what tells of a person. A user's token that lacks the person must never pass as one, so
 * that a subject other than the client itself counts as a user too.
 */
export function kindOf({ claims: token }: VerifiedToken): Caller['kind'] {
  if (token[claims.citizen] !== undefined) return 'citizen'
  if (token[claims.attest] !== undefined || isUser(token)) return 'professional'
  return 'system'
}

function isUser(token: VerifiedToken['claims']): boolean {
  const ownSubject = token.sub === undefined || token.sub === token.client_id
  return token[claims.pid] !== undefined || token[claims.securityLevel] !== undefined || !ownSubject
}

/** Turns a token's claims into a caller. Rules of the address (kind, scope, level) and the attest's age are checked elsewhere. */
export function readCaller(token: VerifiedToken, time: ReadingTime): Caller {
  const kind = kindOf(token)
  switch (kind) {
    case 'system':
      return readSystem(token)
    case 'citizen':
      return readCitizenCaller(token)
    case 'professional':
      return readProfessional(token, time)
    default:
      return kind satisfies never
  }
}

function readSystem(token: VerifiedToken): System {
  const organization = token.claims[claims.orgnrParent]
  return {
    kind: 'system',
    ...factsOf(token),
    ...(organization !== undefined && { organization }),
  }
}

function readCitizenCaller(token: VerifiedToken): Citizen {
  if (token.claims[claims.attest] !== undefined) {
    throw new TrustError('TOKEN_MALFORMED', { detail: 'attest and citizen claim at once' })
  }
  const read = readCitizen(token.claims[claims.citizen])
  return { kind: 'citizen', ...factsOf(token), ...personOf(token), ...read }
}

function readProfessional(token: VerifiedToken, time: ReadingTime): Professional {
  const { claims: said } = token
  if (said[claims.attest] === undefined) throw new TrustError('ATTEST_MISSING')
  const person = personOf(token)
  const hprNumber = said[claims.hprNumber]
  const attest = readAttest(said[claims.attest], {
    pid: person.pid,
    hprNumber,
    organization: said[claims.orgnrParent],
    subject: said.sub ?? said.client_id,
    session: said.sid,
    issuedAtMs: said.iat * 1000,
    ...time,
  })
  return {
    kind: 'professional',
    ...factsOf(token),
    ...person,
    ...(hprNumber !== undefined && { hprNumber }),
    purpose: attest.purpose,
    attest,
    organization: attest.legalEntity,
  }
}

function personOf({ claims: said }: VerifiedToken): {
  pid: string
  name?: string
  securityLevel: number
} {
  const pid = said[claims.pid]
  const level = said[claims.securityLevel]
  if (pid === undefined || level === undefined) {
    throw new TrustError('TOKEN_MALFORMED', { detail: 'a user without pid or security level' })
  }
  return { pid, securityLevel: Number(level), ...(said.name && { name: said.name }) }
}

function factsOf({ claims: said, hash }: VerifiedToken): TokenFacts {
  const supplier = said[claims.orgnrSupplier]
  return {
    subject: said.sub ?? said.client_id,
    clientId: said.client_id,
    scopes: said.scope,
    jkt: said.cnf?.jkt ?? '',
    tokenHash: hash,
    expiresAtMs: said.exp * 1000,
    ...(said.act && { actor: said.act.sub }),
    ...(said.sid !== undefined && { session: said.sid }),
    ...(supplier !== undefined && { supplier }),
  }
}

/** What a genuine token says of its holder, for the record of a refusal. */
export function knownCaller(token: VerifiedToken, possessionProven: boolean): KnownCaller {
  const { claims: said } = token
  const pid = said[claims.pid]
  const hprNumber = said[claims.hprNumber]
  const organization = said[claims.orgnrParent]
  return {
    ...factsOf(token),
    possessionProven,
    ...(pid !== undefined && { pid }),
    ...(said.name && { name: said.name }),
    ...(hprNumber !== undefined && { hprNumber }),
    ...(organization !== undefined && { organization }),
  }
}
