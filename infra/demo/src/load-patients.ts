import type { OrganizationKey } from '@kilde/people'
import { demoPatients } from '@kilde/population'
import type { Network } from './network.js'

/** Tells the running organisations the names of the patients whom they know. */
export async function loadPatients(
  running: readonly OrganizationKey[],
  { loaderTo }: Pick<Network, 'loaderTo'>,
  until: Date,
): Promise<void> {
  for (const { organization, bundle } of demoPatients(until)) {
    if (running.includes(organization)) await loaderTo(organization).load(bundle)
  }
}
