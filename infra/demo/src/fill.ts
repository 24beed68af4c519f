import { organizations } from '@kilde/people'
import { bundlesOf, demoCharts } from '@kilde/population'
import type { DemoFile } from './demo-file.js'
import { type Charts, describe } from './describe.js'
import type { Plan } from './environments.js'
import { loadPatients } from './load-patients.js'
import { loadStories } from './load-stories.js'
import type { Network } from './network.js'

/**
 * Gives a network that runs the demo's patients, each organisation its own, and writes the keys of its clients.
 * @param log takes one line for each step
 * @returns what the commands read of it
 * @throws DemoError `LOAD_FAILED`
 */
export async function fill(
  plan: Plan,
  network: Pick<Network, 'services' | 'loaderTo'>,
  log: (line: string) => void,
): Promise<DemoFile> {
  const now = new Date()
  const charts = demoCharts(now)
  await loadPatients(plan.organizations, network, now)
  await loadStories(plan.organizations, network, now)
  await loadObservations(plan, network, charts, log)
  return describe(plan, network, charts)
}

async function loadObservations(
  plan: Plan,
  { loaderTo }: Pick<Network, 'loaderTo'>,
  charts: Charts,
  log: (line: string) => void,
): Promise<void> {
  const bundles = Object.values(charts).flatMap((chart) => bundlesOf(chart))
  await Promise.all(
    plan.organizations.map(async (key) => {
      const loader = loaderTo(key)
      let taken = 0
      for (const { organization, bundle } of bundles) {
        if (organization === key) taken += await loader.load(bundle)
      }
      log(`${organizations[key].name} took ${taken} observations`)
    }),
  )
}
