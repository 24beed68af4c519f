import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { readAuditLog, verifyAuditLog } from '@kilde/audit'
import type { Launched } from '@kilde/demo/test-network'
import type { WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from './settings.js'
import { hospital, municipality, seenBy } from './world.js'

type Settings = Readonly<Record<string, string>>

/** Starts another privacy service with the settings of the network's own, but for some. */
export type StartPrivacy = (change: (own: Settings) => Settings) => Promise<Launched>

const NEW_KEY = randomBytes(32).toString('base64url')
/** The same log under a new key. */
const underNewKey = ({ KILDE_AUDIT_KEY: key }: Settings): Settings => ({
  KILDE_AUDIT_KEY: NEW_KEY,
  KILDE_AUDIT_KEYS_PREVIOUS: JSON.stringify([key]),
  KILDE_AUDIT_RETENTION: '{"days": 1825}',
})

export function restart(
  network: () => WatchedNetwork,
  startPrivacy: StartPrivacy,
): () => Promise<void> {
  let second: Launched | undefined
  let previousKey = ''

  it('a second service does not start on the same statements', async () => {
    const elsewhere = { KILDE_AUDIT_DIRECTORY: join(network().directory, 'audit', 'second') }
    await expect(startPrivacy(() => elsewhere)).rejects.toMatchObject({
      code: 'PRIVACY_STORE_IN_USE',
      publicText: 'Another privacy service uses this database.',
    })
  })

  it('statements outlive the service, and nodes go by what they held until they have caught up', async () => {
    await change(network(), 'patient', 'block', { data: { organization: municipality } })
    await network().services.privacy?.stop()
    expect(await seenBy(network(), 'hospital-doctor')).toMatchObject({ list: [hospital] })
    second = await startPrivacy((own) => {
      previousKey = own['KILDE_AUDIT_KEY'] ?? ''
      return underNewKey(own)
    })
    expect(await seenBy(network(), 'hospital-doctor')).toMatchObject({ list: [hospital] })
    await liftAll(network(), 'patient')
    const opened = async (): Promise<boolean> =>
      (await seenBy(network(), 'hospital-doctor')).list.includes(municipality)
    // Nodes come back after a few seconds by themselves; the test's own time limit ends a wait in vain.
    while (!(await opened())) await new Promise((resolve) => setTimeout(resolve, 100))
  })

  it('goes on with its log under a new key, and what the old one sealed stays readable', async () => {
    const log = { directory: join(network().directory, 'audit', 'privacy'), owner: 'privacy' }
    const [key, old] = [NEW_KEY, previousKey].map((text) => Buffer.from(text, 'base64url'))
    if (!key || !old) throw new Error('there is no key')
    const kinds: string[] = []
    for await (const { event } of readAuditLog({ ...log, key, previousKeys: [old] }))
      kinds.push(event)
    expect(kinds.filter((kind) => kind === 'PATIENT_DATA_WRITTEN').length).toBeGreaterThan(2)
    expect(await verifyAuditLog({ ...log, key, previousKeys: [old] })).toMatchObject({ ok: true })
    expect(await verifyAuditLog({ ...log, key: old })).toMatchObject({ ok: false })
    expect(await verifyAuditLog({ ...log, key })).toMatchObject({ ok: false })
  })

  return async () => second?.stop()
}
