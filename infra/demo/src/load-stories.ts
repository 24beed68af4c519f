import type { OrganizationKey } from '@kilde/people'
import { demoStories } from '@kilde/population'
import type { Network } from './network.js'

/** Gives the running organisations what they hold of further classes: plans, and all else that is no measurement. */
export async function loadStories(
  running: readonly OrganizationKey[],
  { loaderTo }: Pick<Network, 'loaderTo'>,
  until: Date,
): Promise<void> {
  for (const { organization, bundle } of demoStories(until)) {
    if (running.includes(organization)) await loaderTo(organization).load(bundle)
  }
}
