import { type AddressRules, addressFault } from './node-address.js'
import type { OrganizationEntry } from './state.js'

/** Every address of these entries at which no gateway would ask, as a sentence. */
export function addressProblemsOf(
  organizations: readonly Pick<OrganizationEntry, 'number' | 'endpoint' | 'replicas'>[],
  rules: AddressRules,
): readonly string[] {
  return organizations.flatMap(({ number, endpoint, replicas = [] }) =>
    [...(endpoint === undefined ? [] : [endpoint]), ...replicas].flatMap((address) => {
      const fault = addressFault(new URL(address), rules)
      return fault === undefined ? [] : [`organisation ${number}: its address ${address} ${fault}`]
    }),
  )
}
