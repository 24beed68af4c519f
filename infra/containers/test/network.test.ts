import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { problemsOf } from '@kilde/catalogue'
import { catalogueOf, type Plan } from '@kilde/demo/network'
import { contradictions, gatewaySettings } from '@kilde/gateway'
import { identitySettings } from '@kilde/identity'
import { organizationSettings, readOrganizationConfig } from '@kilde/organization'
import { privacySettings, readPrivacyConfig } from '@kilde/privacy-service'
import { readRegistryConfig, registrySettings } from '@kilde/registry'
import { readConfig, tlsProblems } from '@kilde/service'
import { writeNetwork } from '../src/index.js'
import { type KnownNode, withMore } from '../src/scale/with-more.js'

type Environment = Readonly<Record<string, string>>

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kilde-containers-'))
  await writeNetwork(directory)
})
afterAll(() => rm(directory, { recursive: true }))

const NODES = ['municipality', 'hospital', 'gp', 'neighbour', 'hosted', 'operator']
const READERS: Readonly<Record<string, (environment: Environment) => unknown>> = {
  identity: (env) => readConfig(identitySettings, env, tlsProblems),
  registry: readRegistryConfig,
  privacy: readPrivacyConfig,
  gateway: (env) => readConfig(gatewaySettings, env, contradictions),
  ...Object.fromEntries(NODES.map((name) => [name, readOrganizationConfig])),
}

const SETTINGS: Readonly<Record<string, object>> = {
  identity: identitySettings,
  registry: registrySettings,
  privacy: privacySettings,
  gateway: gatewaySettings,
  ...Object.fromEntries(NODES.map((name) => [name, organizationSettings])),
}

/** A container's environment, its folder where it stands here. */
async function environmentOf(name: string, from = directory): Promise<Environment> {
  const text = await readFile(join(from, name, 'settings.env'), 'utf8')
  const lines = text.trim().split('\n')
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf('=')),
    line.slice(line.indexOf('=') + 1).replace('/run/kilde', join(from, name)),
  ])
  return { ...Object.fromEntries(pairs), NODE_ENV: 'production' }
}

describe('what the containers of a network are given', () => {
  it.each(Object.keys(READERS))('%s: settings that production takes', async (name) => {
    const environment = await environmentOf(name)
    expect(() => READERS[name]?.(environment)).not.toThrow()
  })

  it.each(Object.keys(SETTINGS))('%s: no setting that nobody reads', async (name) => {
    const environment = await environmentOf(name)
    const unknown = Object.keys(environment)
      .map((one) => one.replace(/_FILE$/, ''))
      .filter((one) => one.startsWith('KILDE_') && !Object.hasOwn(SETTINGS[name] ?? {}, one))
    expect(unknown).toEqual([])
  })

  it('no secret in an environment, where whoever may look at containers would see it', async () => {
    for (const name of Object.keys(READERS)) {
      const text = await readFile(join(directory, name, 'settings.env'), 'utf8')
      expect(text).not.toMatch(/"d":|[\w-]{40,}/)
      const names = await readdir(join(directory, name))
      const secrets = names.filter((file) => /^[A-Z_]+$/.test(file))
      for (const file of secrets) expect(text).toContain(`${file}_FILE=`)
    }
  })

  it('a certificate for each by its names, of one authority whose key is nowhere', async () => {
    for (const name of [...Object.keys(READERS), 'redis']) {
      const read = (file: string) => readFile(join(directory, name, file))
      const [own, authority] = [await read('tls.crt'), await read('ca.crt')].map(
        (pem) => new X509Certificate(pem),
      )
      expect(own?.checkHost(name)).toBe(name)
      expect(authority && own?.verify(authority.publicKey)).toBe(true)
    }
  })

  it('of more nodes: settings that production takes, and that the others know them by', async () => {
    const large = await mkdtemp(join(tmpdir(), 'kilde-containers-'))
    try {
      await writeNetwork(large, 8)
      const names = ['node-7', 'node-8']
      const found = (await readdir(large)).filter((name) => name.startsWith('node-'))
      expect(found.toSorted()).toEqual(names)
      const read = (...path: string[]) => readFile(join(large, ...path), 'utf8')
      const known = JSON.parse(await read('kilde', 'more.json')) as { number: string }[]
      const clients = await read('identity', 'KILDE_CLIENTS')
      for (const [at, name] of names.entries()) {
        const environment = await environmentOf(name, large)
        expect(() => readOrganizationConfig(environment)).not.toThrow()
        expect(environment['KILDE_ORGANIZATION'] ?? '').toBe(known[at]?.number)
        expect(clients).toContain(`"kilde-node-${known[at]?.number}"`)
      }
      const plan = JSON.parse(await read('kilde', 'plan.json')) as Plan
      const state = withMore(catalogueOf(plan), known as KnownNode[])
      expect(problemsOf(state)).toEqual([])
      const asked = state.agreements.filter(({ provider }) => provider === known[0]?.number)
      expect(asked.length).toBeGreaterThan(1)
    } finally {
      await rm(large, { recursive: true })
    }
  })

  it('keys of its own each time', async () => {
    const before = await readFile(join(directory, 'gateway', 'KILDE_AUDIT_KEY'), 'utf8')
    await writeNetwork(directory)
    expect(await readFile(join(directory, 'gateway', 'KILDE_AUDIT_KEY'), 'utf8')).not.toBe(before)
  })
})
