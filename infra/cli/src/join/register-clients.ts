import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publicPart } from '@kilde/trust'
import type { JoinKeys } from './keys.js'
import { clientIds } from './node-settings.js'

interface Organization {
  readonly number: string
  readonly name: string
}

/** Registers the two clients of an organisation at the stand-in for HelseID: public halves alone [HelseID Selvbetjening]. */
export async function registerClients(
  { number: organization, name }: Organization,
  keys: Pick<JoinKeys, 'node' | 'ingest'>,
  directory: string,
): Promise<void> {
  const ids = clientIds(organization)
  const clients = [
    { clientId: ids.node, kind: 'node', name: `${name}: node`, publicJwk: publicPart(keys.node) },
    {
      ...{ clientId: ids.ingest, kind: 'ingest', name: `${name}: journal` },
      publicJwk: publicPart(keys.ingest),
    },
  ]
  for (const client of clients) {
    const file = join(directory, `${client.clientId}.json`)
    await writeFile(file, JSON.stringify({ ...client, organization }), { mode: 0o600 })
  }
}
