import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { parseEnv } from 'node:util'
import { registryScopes } from '@kilde/catalogue'
import { KildeError } from '@kilde/service'
import { createTokenClient, privateJwk } from '@kilde/trust'
import { faultsIn } from '../config/check-config.js'
import type { Environment } from '../config/services.js'
import { readText } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { type Finding, finding } from './finding.js'
import { lookAtService } from './look-at-service.js'

const WAIT_MS = 5_000
const LEAST_BYTES = 268_435_456

/** The settings of one service as they are here: whether they can be used, and whether what they name is there. */
export async function lookAtSettings(
  service: string,
  file: string,
  { folder, now }: Surroundings,
): Promise<Finding[]> {
  const env = parseEnv(await readText(file, folder)) as Environment
  const problems = await faultsIn(service, env)
  const where = `settings of the ${service}`
  const unusable = problems.map((what) => finding('SETTING_UNUSABLE', { where, what }))
  if (unusable.length > 0) return unusable
  const found = await Promise.all([
    ...ADDRESSES.map((name) => lookAtAddress(name, env[name], now)),
    ...SERVERS.map((name) => lookAtServer(name, env[name])),
    lookAtFolder(env['KILDE_AUDIT_DIRECTORY']),
    lookAtClient(env, now),
  ])
  return found.flat()
}

const ADDRESSES = ['KILDE_ISSUER', 'KILDE_REGISTRY_URL', 'KILDE_PRIVACY_URL'] as const
const SERVERS = ['DATABASE_URL', 'REDIS_URL'] as const

/** Others’ services: what they tell to their own operators is not asked. */
async function lookAtAddress(
  where: string,
  url: string | undefined,
  now: () => number,
): Promise<Finding[]> {
  if (!url) return []
  const found = await lookAtService({ where, url }, now)
  const ours = [
    'UNREACHABLE',
    'TLS_UNTRUSTED',
    'CERTIFICATE_ENDED',
    'CERTIFICATE_ENDS_SOON',
    'CLOCK_OFF',
  ]
  return found.filter(({ code }) => ours.includes(code))
}

const PORTS: Readonly<Record<string, number>> = { 'redis:': 6379, 'rediss:': 6379 }

async function lookAtServer(where: string, url: string | undefined): Promise<Finding[]> {
  if (!url) return []
  const { hostname, port, protocol } = new URL(url)
  const socket = connect(Number(port || PORTS[protocol] || 5432), hostname.replace(/^\[|\]$/g, ''))
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(WAIT_MS) })
    return []
  } catch {
    // The address holds a password.
    return [finding('UNREACHABLE', { where, what: 'nobody takes connections at this address' })]
  } finally {
    socket.destroy()
  }
}

async function lookAtFolder(folder: string | undefined): Promise<Finding[]> {
  const where = 'KILDE_AUDIT_DIRECTORY'
  if (!folder) return []
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize >= LEAST_BYTES) return []
    const what = `${Math.floor((bavail * bsize) / 1_048_576)} MiB are left`
    return [finding('DISK_NEARLY_FULL', { where, what, warning: true })]
  } catch {
    const what = 'this user cannot write to the folder, or it is not there'
    return [finding('AUDIT_UNAVAILABLE', { where, what })]
  }
}

/** Whether the issuer knows the client by this key. */
async function lookAtClient(env: Environment, now: () => number): Promise<Finding[]> {
  const { KILDE_ISSUER: issuer, KILDE_CLIENT_ID: clientId, KILDE_CLIENT_KEY: key } = env
  if (!issuer || !clientId || !key) return []
  const clientKey = privateJwk.parse(JSON.parse(key))
  const tokens = createTokenClient({ issuer, clientId, clientKey, now })
  try {
    await tokens.clientCredentials({ audience: 'kilde:registry', scope: registryScopes.follow })
    return []
  } catch (error) {
    if (!(error instanceof KildeError)) throw error
    // That it does not answer is told of KILDE_ISSUER.
    if (error.code !== 'TOKEN_REQUEST_FAILED') return []
    const what = `the issuer gives this client no token (${error.detail ?? 'no reason given'})`
    return [finding('CLIENT_REFUSED', { where: 'KILDE_CLIENT_KEY', what })]
  }
}
