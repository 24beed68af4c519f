import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import type { Launched } from '@kilde/demo/test-network'
import type { WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from './settings.js'
import { hospital, municipality, seenBy } from './world.js'

/** @param startPrivacy starts another privacy service with the settings of the network's own */
export function restart(
  network: () => WatchedNetwork,
  startPrivacy: (change?: Readonly<Record<string, string>>) => Promise<Launched>,
): () => Promise<void> {
  let second: Launched | undefined

  it('a second service does not start on the same statements', async () => {
    const elsewhere = { KILDE_AUDIT_DIRECTORY: join(network().directory, 'audit', 'second') }
    await expect(startPrivacy(elsewhere)).rejects.toMatchObject({
      code: 'PRIVACY_STORE_IN_USE',
      publicText: 'Another privacy service uses this database.',
    })
  })

  it('statements outlive the service, and nodes go by what they held until they have caught up', async () => {
    await change(network(), 'patient', 'block', { data: { organization: municipality } })
    await network().services.privacy?.stop()
    expect(await seenBy(network(), 'hospital-doctor')).toMatchObject({ list: [hospital] })
    second = await startPrivacy()
    expect(await seenBy(network(), 'hospital-doctor')).toMatchObject({ list: [hospital] })
    await liftAll(network(), 'patient')
    const opened = async (): Promise<boolean> =>
      (await seenBy(network(), 'hospital-doctor')).list.includes(municipality)
    // Nodes come back after a few seconds by themselves; the test's own time limit ends a wait in vain.
    while (!(await opened())) await new Promise((resolve) => setTimeout(resolve, 100))
  })

  return async () => second?.stop()
}
