import type { Attest, Professional } from '../caller.js'
import { TrustError } from '../errors.js'
import type { BaseData, OrganizationEntry } from './base-data.js'

/**
 * Checks an attest against the registers, on every request: an authorisation may be withdrawn while a token lives.
 * @throws TrustError `AUTHORIZATION_NOT_REGISTERED`, `ORGANIZATION_NOT_REGISTERED`, `BASE_DATA_UNAVAILABLE`
 */
export function createBaseDataCheck(
  baseData: BaseData,
  now: () => number,
): (caller: Professional) => Promise<void> {
  return async ({ attest, pid }) => {
    await Promise.all([
      checkPersonnel(baseData, attest, pid, now()),
      checkOrganizations(baseData, attest, now()),
    ])
  }
}

/** Somebody without authorisation, who works in health care all the same: the only code that needs no HPR number. */
const UNAUTHORIZED = 'XX'

/** The HPR number is this person's (ATT-29), and what it is said to authorise is in force (ATT-32). */
async function checkPersonnel(
  { findPersonnel }: BaseData,
  { hprNumber, authorization }: Attest,
  pid: string,
  atMs: number,
): Promise<void> {
  if (hprNumber === undefined) {
    if (authorization === undefined || authorization === UNAUTHORIZED) return
    throw notRegistered('authorization without hpr_nr')
  }
  const entry = await findPersonnel(hprNumber)
  if (!entry?.isHeldBy(pid)) throw notRegistered('hpr_nr')
  const isInForce = entry.authorizations.some(
    ({ code, fromMs, untilMs = Number.POSITIVE_INFINITY }) =>
      code === authorization && fromMs <= atMs && atMs < untilMs,
  )
  if (authorization !== undefined && !isInForce) throw notRegistered('authorization')
}

/** The legal entity is a main unit (ATT-15); the point of care is one of its sub-units, or itself (ATT-18, 19). */
async function checkOrganizations(
  { findOrganization }: BaseData,
  { legalEntity, pointOfCare }: Attest,
  atMs: number,
): Promise<void> {
  const exists = (entry: OrganizationEntry | undefined): entry is OrganizationEntry =>
    entry !== undefined && atMs < (entry.endedMs ?? Number.POSITIVE_INFINITY)
  const [entity, point] = await Promise.all([
    findOrganization(legalEntity),
    pointOfCare === legalEntity ? undefined : findOrganization(pointOfCare),
  ])
  if (!exists(entity) || entity.parent !== undefined) throw unknownOrganization('legal_entity')
  if (pointOfCare === legalEntity) return
  if (!exists(point) || point.parent !== legalEntity) throw unknownOrganization('point_of_care')
}

const notRegistered = (detail: string): TrustError =>
  new TrustError('AUTHORIZATION_NOT_REGISTERED', { detail })

const unknownOrganization = (detail: string): TrustError =>
  new TrustError('ORGANIZATION_NOT_REGISTERED', { detail })
