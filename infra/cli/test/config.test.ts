import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateKey } from '@kilde/trust'
import { runHere } from './kit.js'

const secret = Buffer.alloc(32, 7).toString('base64url')

let folder: string
let node: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kilde-config-'))
  const secretFile = join(folder, 'audit-key')
  await writeFile(secretFile, `${secret}\n`)
  node = {
    KILDE_ISSUER: 'https://identity.test/',
    KILDE_CLIENT_ID: 'kilde-node',
    KILDE_CLIENT_KEY: JSON.stringify(await generateKey()),
    KILDE_REGISTRY_URL: 'https://registry.test',
    KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [{ kty: 'EC' }] }),
    KILDE_ORGANIZATION: '310000108',
    KILDE_AUDIT_KEY_FILE: secretFile,
    KILDE_DIGEST_KEY: secret,
    KILDE_STORE_DIRECTORY: '/var/lib/kilde/store',
    KILDE_AUDIT_DIRECTORY: '/var/lib/kilde/audit',
  }
})
afterAll(() => rm(folder, { recursive: true }))

async function check(settings: Readonly<Record<string, string>>, ...more: string[]) {
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'`)
  await writeFile(join(folder, 'node.env'), `# of a node\n${lines.join('\n')}\n`)
  const args = ['config', 'check', 'organization', '--env-file', 'node.env', ...more]
  return runHere(args, { folder })
}

describe('kilde config check', () => {
  it('lets settings pass that the service starts with, secrets in files among them', async () => {
    const { code, err } = await check(node)
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('the organization can start: 10 settings are given'),
    })
  })

  it('names every problem at once, and no value', async () => {
    const wrong = { ...node, KILDE_ISSUER: 'not-an-address', KILDE_DIGEST_KEY: 'c2VjcmV0' }
    const { code, err } = await check(wrong)
    expect(code).toBe(1)
    expect(err).toMatch(/KILDE_ISSUER: [\s\S]*KILDE_DIGEST_KEY: must be 32 bytes/)
    expect(err).not.toMatch(/not-an-address|c2VjcmV0/)
  })

  it('names a setting that nobody reads', async () => {
    const { code, err, out } = await check(
      { ...node, KILDE_DISCLOSURES: 'hidden', KILDE_DIGEST_KEYS_FILE: '/x' },
      '--json',
    )
    expect(code).toBe(1)
    expect(err).toContain('KILDE_DISCLOSURES: is no setting of this service')
    expect(JSON.parse(out)).toMatchObject({
      ...{ service: 'organization', usable: false },
      problems: [
        'KILDE_DIGEST_KEYS_FILE: is no setting of this service',
        'KILDE_DISCLOSURES: is no setting of this service',
      ],
    })
  })

  it('says what production would refuse', async () => {
    const { code, err } = await check(node, '--production')
    expect(code).toBe(1)
    expect(err).toContain('KILDE_STORE_KEY: must be set in production')
  })

  it.each(['gateway', 'registry', 'privacy'])('reads the settings of the %s', async (service) => {
    const { code, err } = await runHere(['config', 'check', service], { env: {} })
    expect(code).toBe(1)
    expect(err).toContain('is required and not set')
  })

  it('knows no other service, and says which there are', async () => {
    const { code, err } = await runHere(['config', 'check', 'gatway'], { env: {} })
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('gateway, organization'),
    })
  })
})
