import { endOf, startOf } from './instant.js'
import { lookupOf } from './lookup.js'
import type { CatalogueState } from './state.js'

/**
 * Whether a supplier's client may act for an organisation (a sub-unit counts as its legal entity) at that instant (epoch
 * milliseconds). HelseID checked Altinn when it issued the token; this is checked at each call, so that a delegation that
 * was withdrawn ends with the next request (KAP-17).
 */
export function maySupply(
  state: CatalogueState,
  { supplier, organization, at }: { supplier: string; organization: string; at: number },
): boolean {
  const suppliers = lookupOf(state).legalEntity(organization)?.suppliers ?? []
  return suppliers.some(
    (one) =>
      one.organization === supplier && startOf(one.validFrom) <= at && at < endOf(one.validTo),
  )
}
