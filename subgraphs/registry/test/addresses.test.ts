import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RegistryAdmin } from '@kilde/catalogue'
import { content, createWorld, fjordheim, organization, solvik, type World } from './kit.js'

const invalid = (problem: string) =>
  expect.objectContaining({
    code: 'REGISTRY_REFUSED',
    publicText: expect.stringContaining(problem),
  })
const entryAt = (endpoint: string, more: object = {}) =>
  organization(fjordheim, { endpoint, ...more })

/** Of no host, however it is written: link-local, unspecified, multicast, reserved, or where clouds tell of themselves. */
const NOBODY = [
  'http://169.254.169.254/latest',
  'https://169.254.0.7',
  'https://0.0.0.0:8443',
  'https://2852039166',
  'https://0xa9fea9fe',
  'https://[fe80::1]',
  'https://[::]',
  'https://[::ffff:169.254.169.254]',
  'https://[fd00:ec2::254]',
  'https://224.0.0.1',
  'https://255.255.255.255',
  'https://100.100.100.200',
  'https://168.63.129.16',
  'https://metadata.google.internal/computeMetadata',
  'https://Metadata.Google.Internal.',
]
const OTHERS = ['https://node.example', 'https://10.0.0.5:8443/310000205', 'https://[fd12::7]']

describe.each(['development', 'production'])('in %s a registry', (mode) => {
  let world: World
  let admin: RegistryAdmin
  const put = (endpoint: string, more: object = {}) =>
    admin.putOrganization(entryAt(endpoint, more))
  const isProduction = mode === 'production'

  beforeAll(async () => {
    world = await createWorld()
    await world.registry({ NODE_ENV: mode })
    admin = await world.admin()
  })
  afterAll(() => world.end())

  it.each(NOBODY)('refuses %s as the address of a node', async (endpoint) => {
    const { href } = new URL(endpoint)
    if (isProduction && href.startsWith('http:')) {
      await expect(put(endpoint)).rejects.toEqual(invalid('is not https'))
    } else await expect(put(endpoint)).rejects.toEqual(invalid('is the address of no host'))
  })

  it.each([
    'https://127.0.0.1:4401',
    'https://localhost:4401',
    'https://node.localhost',
    'https://[::1]:4401',
  ])('takes %s, which is this machine, unless it is production', async (endpoint) => {
    if (isProduction) {
      await expect(put(endpoint)).rejects.toEqual(invalid('is this machine itself'))
    } else expect(await put(endpoint)).toMatchObject({ changed: true })
  })

  it('takes addresses without TLS, unless it is production', async () => {
    const without = put('http://node.example')
    if (isProduction) await expect(without).rejects.toEqual(invalid('is not https'))
    else expect(await without).toMatchObject({ changed: true })
  })

  it.each(OTHERS)('takes %s', async (endpoint) => {
    expect(await put(endpoint)).toMatchObject({ changed: true })
  })

  it('looks at replicas and at whole imports too, names every address at once, and changes nothing', async () => {
    await expect(
      put('https://node.example', { replicas: ['https://169.254.1.1'] }),
    ).rejects.toEqual(invalid(`organisation ${fjordheim}: its address https://169.254.1.1`))
    const { state: before } = await admin.overview()
    const organizations = [
      organization(solvik, { endpoint: 'https://169.254.2.2' }),
      entryAt('https://169.254.3.3'),
    ]
    const imported = admin.importState({ ...content, organizations })
    await expect(imported).rejects.toEqual(invalid(`organisation ${solvik}`))
    await expect(imported).rejects.toEqual(invalid(`organisation ${fjordheim}`))
    expect((await admin.overview()).state.version).toBe(before.version)
  })
})

it('a registry goes on with a state that held such an address before, and lets it be drained', async () => {
  const world = await createWorld()
  const first = await world.registry()
  const admin = await world.admin()
  await admin.importState(content)
  await first.stop()
  await world.registry({ NODE_ENV: 'production' })
  expect(await (await world.admin()).drain(solvik)).toMatchObject({
    changed: true,
  })
  await world.end()
})
