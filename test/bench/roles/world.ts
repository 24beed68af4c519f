import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CatalogueContent, createRegistryAdmin, publicKeysOf } from '@kilde/catalogue'
import { createIdentity, identitySettings } from '@kilde/identity'
import { createRegistry, registrySettings } from '@kilde/registry'
import { type Running, readConfig, silentLogger } from '@kilde/service'
import { createTokenClient, generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import type { Handlers, RegistryFound, World } from '../protocol.js'

const redirectUri = 'http://127.0.0.1/kilde/signed-in'

/** Identity service and registry, as the demo has them; the registry anew for each network. */
export async function createWorld() {
  const keys = {
    gateway: await generateKey(),
    admin: await generateKey(),
    cli: await generateKey(),
  }
  const identity = await createIdentity(
    readConfig(identitySettings, {
      KILDE_PORT: '0',
      // As long as a run may take: nothing is signed in again in the middle of a measurement.
      KILDE_TOKEN_SECONDS: '3600',
      KILDE_CLIENTS: JSON.stringify([
        clientOf('kilde-gateway', 'gateway', keys.gateway),
        clientOf('kilde-admin', 'admin', keys.admin),
        { ...clientOf('kilde-cli', 'user', keys.cli), redirectUris: [redirectUri] },
      ]),
    }),
    { logger: silentLogger },
  )
  const info: World = {
    issuer: identity.issuer,
    clientId: 'kilde-cli',
    clientKey: keys.cli,
    redirectUri,
    gatewayClientId: 'kilde-gateway',
    gatewayKey: keys.gateway,
  }
  const registry = registryOf(identity.issuer, keys.admin)
  const handlers: Handlers = { registry: registry.startWith, end: registry.end }
  return { info, handlers }
}

const clientOf = (clientId: string, kind: string, key: PrivateJwk) => ({
  clientId,
  kind,
  name: clientId,
  publicJwk: publicPart(key),
})

function registryOf(issuer: string, adminKey: PrivateJwk) {
  const tokens = createTokenClient({ issuer, clientId: 'kilde-admin', clientKey: adminKey })
  let current: { readonly running: Running; readonly folder: string } | undefined
  const end = async (): Promise<void> => {
    const before = current
    current = undefined
    await before?.running.stop()
    if (before) await rm(before.folder, { recursive: true, force: true })
  }
  const startWith = async (content: CatalogueContent): Promise<RegistryFound> => {
    await end()
    const folder = await mkdtemp(join(tmpdir(), 'kilde-bench-registry-'))
    const key = await generateKey()
    const running = await createRegistry(
      readConfig(registrySettings, {
        KILDE_PORT: '0',
        KILDE_ISSUER: issuer,
        KILDE_REGISTRY_DIRECTORY: folder,
        KILDE_REGISTRY_KEY: JSON.stringify(key),
      }),
      { logger: silentLogger },
    )
    current = { running, folder }
    const admin = createRegistryAdmin({ registryUrl: running.url, tokens })
    await admin.importState(content)
    await admin.close()
    return { url: running.url, keys: JSON.stringify(publicKeysOf(key)) }
  }
  return { startWith, end }
}
