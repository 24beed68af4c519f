import type { AtOnce } from '../rates/at-once.js'
import type { PatientsPerMinute } from '../rates/patients.js'
import type { PerMinute } from '../rates/per-minute.js'
import { organizationKey, requesterKey } from '../requester-key.js'
import type { Asked, Authenticated } from './stage.js'

export interface Allowances {
  readonly requesters: PerMinute
  readonly organizations: PerMinute
  readonly atOnce: AtOnce
}

/**
 * Lets a requester in who has not had too much yet. The requester's own allowance comes first: what is refused by it does not use up that of
 * the organisation, which colleagues share.
 * @returns what is to be called when the request is done
 */
export function createAdmit({
  requesters,
  organizations,
  atOnce,
}: Allowances): (request: Pick<Authenticated, 'requester'>) => Promise<() => void> {
  return async ({ requester }) => {
    const key = requesterKey(requester)
    const leave = atOnce.enter(key)
    try {
      await requesters.take(key)
      const organization = organizationKey(requester)
      if (organization !== undefined) await organizations.take(organization)
      return leave
    } catch (refusal) {
      leave()
      throw refusal
    }
  }
}

/** Notes which patient a request is about, and refuses who goes through many. */
export function createMeet(patients: PatientsPerMinute): (request: Asked) => void {
  return ({ requester, patient }) => {
    if (patient) patients.meet(requesterKey(requester), patient)
  }
}
