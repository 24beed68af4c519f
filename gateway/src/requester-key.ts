import type { Requester } from './path/stage.js'

/**
 * Tells requesters apart where something is counted for each: the issuer's pseudonym of a person, with the organisation that the person
 * asks for. Never a national identity number.
 */
export function requesterKey(requester: Requester): string {
  return `${organizationKey(requester) ?? ''} ${requester.subject}`
}

/** Undefined for citizens, who ask for nobody but themselves. */
export function organizationKey(requester: Requester): string | undefined {
  return requester.kind === 'citizen' ? undefined : requester.organization
}
