import type { OrganizationKey } from '@kilde/people'
import { demoPlans } from '@kilde/population'
import type { Network } from './network.js'

/** Gives the running organisations the plans that they have made. */
export async function loadPlans(
  running: readonly OrganizationKey[],
  { loaderTo }: Pick<Network, 'loaderTo'>,
  until: Date,
): Promise<void> {
  for (const { organization, bundle } of demoPlans(until)) {
    if (running.includes(organization)) await loaderTo(organization).load(bundle)
  }
}
