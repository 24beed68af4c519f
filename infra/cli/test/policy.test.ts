import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { builtInBundle, takeBundle } from '@kilde/organization/policy'
import { generateKey, publicPart } from '@kilde/trust'
import { runHere } from './kit.js'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000
const RULES = fileURLToPath(
  new URL('../../../subgraphs/organization/src/policy/rules', import.meta.url),
)

let folder: string
const put = (name: string, value: unknown) =>
  writeFile(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
const kilde = (args: readonly string[], now = NOW) =>
  runHere(['policy', ...args], { folder, now: () => now })
const sign = (bundle: string, ...more: readonly string[]) =>
  kilde(['sign', bundle, '--key', 'key.json', ...more])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kilde-policy-'))
  const [key, other] = [await generateKey(), await generateKey()]
  await put('key.json', key)
  await put('public.json', { keys: [publicPart(other), publicPart(key)] })
  await put('other.json', publicPart(other))
  await cp(RULES, join(folder, 'rules'), { recursive: true })
  const built = builtInBundle()
  const tables = { ...built.tables, version: built.tables.version + 1 }
  await put('newer.json', { ...built, tables })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('kilde policy', () => {
  it('signs the rules that a node comes with, as a node takes them', async () => {
    const { code, out, err } = await sign('rules', '--out', 'policy.jws', '--days', '10')
    expect({ code, out }).toEqual({ code: 0, out: '' })
    const { version } = builtInBundle().tables
    const said = `Version ${version}, signed 2026-11-22T12:00:00.000Z: nodes decide by it until 2026-12-02T12:00:00.000Z.\n`
    expect(err).toBe(said)
    const jws = await readFile(join(folder, 'policy.jws'), 'utf8')
    const keys = JSON.parse(await readFile(join(folder, 'public.json'), 'utf8'))
    const { signed } = await takeBundle(jws, { keys, nowMs: NOW })
    expect(signed.bundle).toEqual(builtInBundle())
    const verified = await kilde(['verify', 'policy.jws', '--keys', 'public.json'])
    expect(verified).toEqual({ code: 0, out: said, err: '' })
  })

  it('prints a bundle of one file, to be kept elsewhere', async () => {
    const { code, out } = await sign('newer.json')
    expect(code).toBe(0)
    await put('newer.jws', out)
    const after = ['--keys', 'public.json', '--after', 'policy.jws']
    expect((await kilde(['verify', 'newer.jws', ...after])).code).toBe(0)
  })

  it.each([
    [
      'another key',
      ['policy.jws', '--keys', 'other.json'],
      'no applicable key found in the JSON Web Key Set',
    ],
    [
      'what is older than what nodes hold',
      ['policy.jws', '--keys', 'public.json', '--after', 'newer.jws'],
      'older than what is held',
    ],
    ['no bundle', ['newer.json', '--keys', 'public.json'], 'Invalid Compact JWS'],
  ])('says that no node decides by %s', async (_, args, why) => {
    const { code, out, err } = await kilde(['verify', ...args])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(`kilde: No node would decide by ${args[0]}: ${why}.\n`)
  })

  it('says that no node decides by what is past its time', async () => {
    const late = await kilde(['verify', 'policy.jws', '--keys', 'public.json'], NOW + 10 * DAY_MS)
    expect(late.err).toBe('kilde: No node would decide by policy.jws: past its time.\n')
  })

  it.each<readonly [string, (bundle: ReturnType<typeof builtInBundle>) => object, RegExp]>([
    [
      'do not parse',
      (bundle) => ({ ...bundle, policies: { ...bundle.policies, common: 'permit (principal' } }),
      /^kilde: No node would decide by bad\.json: Cedar: .+\n$/,
    ],
    [
      'do not fit their schema',
      (bundle) => ({
        ...bundle,
        policies: {
          ...bundle.policies,
          common: `${bundle.policies.common}\n@id("x") permit (principal, action, resource) when { context.nothing };`,
        },
      }),
      /^kilde: No node would decide by bad\.json: policy: .+\n$/,
    ],
    [
      'lack their tables',
      ({ policies }) => ({ policies }),
      /^kilde: bad\.json is no policy bundle: tables: .+\n$/,
    ],
  ])('does not sign rules that %s', async (_, change, said) => {
    await put('bad.json', change(builtInBundle()))
    const { code, out, err } = await sign('bad.json', '--out', 'bad.jws')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(said)
    await expect(readFile(join(folder, 'bad.jws'))).rejects.toThrow('ENOENT')
  })

  it('makes a key for this user alone, and never over one that is there', async () => {
    const { code, out } = await kilde(['key', '--out', 'made.json'])
    expect(code).toBe(0)
    await put('made-public.json', out)
    expect(JSON.parse(out).keys[0]).not.toHaveProperty('d')
    const { mode } = await stat(join(folder, 'made.json'))
    expect(mode & 0o077).toBe(0)
    const signed = await kilde(['sign', 'rules', '--key', 'made.json', '--out', 'made.jws'])
    expect(signed.code).toBe(0)
    const verified = await kilde(['verify', 'made.jws', '--keys', 'made-public.json'])
    expect(verified.code).toBe(0)
    const again = await kilde(['key', '--out', 'made.json'])
    expect(again).toEqual({
      ...{ code: 1, out: '' },
      err: 'kilde: made.json is there already, and is left as it is.\n',
    })
  })

  it.each([
    [['sign', 'rules', '--key', 'other.json'], 1, 'other.json holds no key that fits: d '],
    [['verify', 'policy.jws', '--keys', 'key.json'], 1, 'it is private; give its public half'],
    [['sign', 'nowhere', '--key', 'key.json'], 1, 'nowhere cannot be read: there is no such file'],
    [['sign', 'rules', '--key', 'policy.jws'], 1, 'policy.jws is not JSON (line 1, column 1)'],
    [['sign', 'rules', '--key', 'key.json', '--days', '401'], 2, 'a whole number from 1 to 400'],
    [['sign', 'rules', '--key', 'key.json', '--out', 'no/folder'], 1, 'A file cannot be written.'],
    [['sign', 'rules'], 2, "required option '--key <file>'"],
  ])('says in one line what is wrong: kilde policy %j', async (args, code, text) => {
    const ran = await kilde(args)
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' })
    expect(ran.err).toContain(text)
  })
})
