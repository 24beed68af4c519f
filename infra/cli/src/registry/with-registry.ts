import { createRegistryAdmin, type RegistryAdmin } from '@kilde/catalogue'
import { createTokenClient } from '@kilde/trust'
import { type DemoFile, readClientKey, readDemo } from '../demo.js'
import type { Surroundings } from '../surroundings.js'

export interface Administration {
  readonly admin: RegistryAdmin
  readonly demo: DemoFile
}

/** Does something with the running demo's registry, with the rights of its administrator. */
export async function withRegistry<T>(
  portBase: string | undefined,
  surroundings: Surroundings,
  task: (administration: Administration) => Promise<T>,
): Promise<T> {
  const demo = await readDemo(portBase, surroundings)
  const { now } = surroundings
  const tokens = createTokenClient({
    issuer: demo.identity,
    clientId: demo.clients.admin.clientId,
    clientKey: await readClientKey(demo.clients.admin),
    now,
  })
  const admin = createRegistryAdmin({ registryUrl: demo.registry, tokens, now })
  try {
    return await task({ admin, demo })
  } finally {
    await admin.close()
  }
}
