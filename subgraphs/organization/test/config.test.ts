import { beforeAll, describe, expect, it } from '@jest/globals'
import { organizations } from '@kilde/people'
import { generateKey } from '@kilde/trust'
import { organizationErrors, readOrganizationConfig } from '../src/index.js'

const key = Buffer.alloc(32, 1).toString('base64url')
const { municipality, hospital } = organizations

describe('the settings of a node', () => {
  let common: Record<string, string>
  let alone: Record<string, string>
  beforeAll(async () => {
    common = {
      KILDE_ISSUER: 'https://identity.test/',
      KILDE_CLIENT_ID: 'kilde-node',
      KILDE_CLIENT_KEY: JSON.stringify(await generateKey()),
      KILDE_REGISTRY_URL: 'https://registry.test',
      KILDE_REGISTRY_KEYS: JSON.stringify({ keys: [{ kty: 'EC' }] }),
      KILDE_AUDIT_DIRECTORY: '/var/lib/kilde/audit',
    }
    alone = {
      ...common,
      KILDE_ORGANIZATION: municipality.number,
      KILDE_AUDIT_KEY: key,
      KILDE_DIGEST_KEY: key,
      KILDE_STORE_DIRECTORY: '/var/lib/kilde/store',
    }
  })
  const problems = (env: Record<string, string | undefined>): string => {
    try {
      readOrganizationConfig(env)
      return ''
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' })
      return (error as Error).message
    }
  }
  const tenants = (...more: object[]) =>
    JSON.stringify(
      [municipality, hospital].map(({ number }, n) => ({
        number,
        auditKey: key,
        digestKey: key,
        ...more[n],
      })),
    )

  it('have defaults for all that is not secret or an address', () => {
    expect(readOrganizationConfig(alone)).toMatchObject({
      KILDE_PORT: 4401,
      KILDE_ISSUER: 'https://identity.test',
      KILDE_GATEWAY_CLIENTS: ['kilde-gateway'],
      KILDE_BUNDLE_MAX_BYTES: 16_777_216,
    })
  })
  it('name one organisation or several, never both and never none', () => {
    const text = 'KILDE_ORGANIZATION: exactly one of this and KILDE_TENANTS must be set'
    expect(problems({ ...alone, KILDE_TENANTS: tenants() })).toContain(text)
    expect(problems(common)).toContain(text)
  })
  it('give each hosted organisation its own store', () => {
    const databaseUrl = 'postgres://db.test/one'
    expect(
      problems({ ...common, KILDE_TENANTS: tenants({ databaseUrl }, { databaseUrl }) }),
    ).toContain('KILDE_TENANTS: two organisations share one databaseUrl')
    expect(problems({ ...common, KILDE_TENANTS: tenants(), DATABASE_URL: databaseUrl })).toContain(
      'DATABASE_URL: each',
    )
    expect(problems({ ...common, KILDE_TENANTS: tenants({ databaseUrl }) })).toContain(
      'KILDE_STORE_DIRECTORY: must be set',
    )
    expect(
      problems({ ...common, KILDE_TENANTS: tenants({}, { number: municipality.number }) }),
    ).toContain('KILDE_TENANTS: two organisations share one number')
  })
  it('seal the store in production, and wherever it was sealed before', () => {
    const production = { ...alone, NODE_ENV: 'production' }
    expect(problems(production)).toContain('KILDE_STORE_KEY: must be set in production')
    expect(problems({ ...production, KILDE_STORE_KEY: key })).not.toContain('KILDE_STORE_KEY')
    expect(problems({ ...alone, KILDE_STORE_KEYS_PREVIOUS: JSON.stringify([key]) })).toContain(
      'KILDE_STORE_KEY: must be set where there are previous keys',
    )
    const hosted = { ...common, KILDE_STORE_DIRECTORY: '/var/lib/kilde/store' }
    expect(
      problems({ ...hosted, NODE_ENV: 'production', KILDE_TENANTS: tenants({ storeKey: key }) }),
    ).toContain(`KILDE_TENANTS: ${hospital.number} must have a \`storeKey\` in production`)
    expect(problems({ ...hosted, KILDE_TENANTS: tenants(), KILDE_STORE_KEY: key })).toContain(
      'KILDE_STORE_KEY: each organisation in KILDE_TENANTS has keys of its own',
    )
  })
  it('name everything that is missing, at once and without values', () => {
    const text = problems({ KILDE_ORGANIZATION: '310000109', KILDE_AUDIT_KEY: 'short secret' })
    for (const name of [
      'KILDE_ORGANIZATION',
      'KILDE_AUDIT_KEY',
      'KILDE_ISSUER',
      'KILDE_CLIENT_KEY',
      'KILDE_REGISTRY_URL',
    ]) {
      expect(text).toContain(`${name}: `)
    }
    expect(text).not.toContain('short secret')
    expect(problems({ ...alone, KILDE_AUDIT_KEY: '' })).toContain(
      'KILDE_AUDIT_KEY: must be set with KILDE_ORGANIZATION',
    )
  })
  it('keep records for three years at least, also those of one class', () => {
    const keep = (retention: object) =>
      problems({ ...alone, KILDE_AUDIT_RETENTION: JSON.stringify(retention) })
    expect(keep({ days: 1_095, classes: { Observation: 1_095 } })).toBe('')
    for (const retention of [{ days: 1_094 }, { days: 1_825, classes: { Observation: 1_094 } }])
      expect(keep(retention)).toContain('KILDE_AUDIT_RETENTION: ')
  })
  it('want addresses that cannot be overheard in production', () => {
    const text = problems({
      ...alone,
      NODE_ENV: 'production',
      KILDE_ISSUER: 'http://identity.test',
    })
    expect(text).toContain('KILDE_ISSUER: must be https in production')
    expect(text).toContain('KILDE_PUBLIC_URL: must be set, and https, in production')
  })

  it('name their sources, and every problem with them at once', () => {
    const sources = (...list: readonly object[]) => ({ KILDE_SOURCES: JSON.stringify(list) })
    const fhir = { kind: 'fhir', url: 'https://fhir.test/r4' }
    const { KILDE_STORE_DIRECTORY: _directory, ...nowhere } = alone
    expect(problems({ ...nowhere, ...sources(fhir) })).toBe('')
    const shadow = { ...fhir, shadow: {} }
    expect(problems({ ...nowhere, ...sources(fhir, shadow) })).toBe('')
    expect(problems({ ...nowhere, ...sources(shadow) })).toContain(
      'KILDE_SOURCES: not all of the sources can be shadows: none would answer',
    )
    expect(problems({ ...nowhere, ...sources({ ...fhir, shadow: { share: 2 } }) })).toContain(
      'KILDE_SOURCES',
    )
    expect(problems({ ...nowhere, ...sources({ kind: 'embedded' }) })).toContain(
      'KILDE_STORE_DIRECTORY',
    )
    const all = problems({
      ...alone,
      NODE_ENV: 'production',
      ...sources(
        { kind: 'embedded' },
        { kind: 'postgresql' },
        { ...fhir, url: 'http://user@fhir.test/r4?x=1' },
        { ...fhir, tls: { keyFile: '/key' }, preset: 'vkp' },
      ),
    })
    for (const problem of [
      'KILDE_SOURCES: at most one of the sources can be a store',
      'KILDE_SOURCES: `postgresql` needs the address of a database',
      'KILDE_SOURCES: beside other sources each FHIR server needs an `idPrefix` of its own',
      'KILDE_SOURCES[2].url: must have no user, query or fragment',
      'KILDE_SOURCES[2].url: must be https in production',
      'KILDE_SOURCES[2].authentication: must be set in production',
      'KILDE_SOURCES[3].tls: certificateFile and keyFile must be set together',
      'KILDE_SOURCES[3].url: of VKP must hold {organization}',
    ]) {
      expect(all).toContain(problem)
    }
  })
  it('give no two organisations one FHIR server without saying which', () => {
    const withSources = (url: string) => ({
      ...common,
      KILDE_TENANTS: tenants(...[1, 2].map(() => ({ sources: [{ kind: 'fhir', url }] }))),
    })
    expect(problems(withSources('https://fhir.test/r4'))).toContain(
      'two organisations share one FHIR server',
    )
    expect(problems(withSources('https://fhir.test/{organization}/r4'))).toBe('')
    expect(
      problems({ ...withSources('https://fhir.test/{organization}'), KILDE_SOURCES: '[]' }),
    ).not.toBe('')
  })
})

describe('the errors of a node', () => {
  it.each(Object.entries(organizationErrors))(
    '%s has a public text, a status and an explanation',
    (_code, entry) => {
      expect(entry.text).toMatch(/^[A-ZØÆÅ`].*[.]$/)
      expect(entry.when).toMatch(/^[A-Z`].*[.]$/)
      expect(entry.status).toBeGreaterThanOrEqual(400)
    },
  )
})
