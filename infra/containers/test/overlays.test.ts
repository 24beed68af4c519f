import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

interface Service {
  readonly image?: string
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
  readonly working_dir?: string
  readonly profiles?: readonly string[]
}

const read = (file: string) =>
  parse(readFileSync(file, 'utf8'), { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>
  }
const base = read('infra/compose.yaml').services
/** What runs the code of a service of ours, by image. */
const ENTRY: Readonly<Record<string, string>> = {
  'kilde/gateway': 'gateway/dist/main.js',
  'kilde/identity': 'infra/identity/dist/main.js',
  'kilde/organization': 'subgraphs/organization/dist/main.js',
  'kilde/privacy': 'subgraphs/privacy/dist/main.js',
  'kilde/registry': 'subgraphs/registry/dist/main.js',
}

describe('the overlay for who changes the code', () => {
  const { services } = read('infra/compose.dev.yaml')

  it('runs every service of ours from the clone, which it cannot write to', () => {
    const own = Object.entries(base).filter(([, { image = '' }]) => image in ENTRY)
    expect(Object.keys(services).toSorted()).toEqual(own.map(([name]) => name).toSorted())
    for (const [name, { image = '' }] of own) {
      expect(services[name]).toEqual({
        working_dir: '/kilde',
        volumes: ['..:/kilde:ro'],
        command: ['node', '--watch', ENTRY[image]],
      })
      expect(existsSync(ENTRY[image]?.replace('dist/main.js', 'src/main.ts') ?? '')).toBe(true)
    }
  })
})

describe('the real collector', () => {
  const config = readFileSync('infra/images/collector/collector.yaml', 'utf8')

  it('reads the metrics of each service that the compose file lets be read', () => {
    const watched = Object.entries(
      base as Readonly<Record<string, { environment?: Readonly<Record<string, string>> }>>,
    ).filter(([, { environment }]) => environment?.['OTEL_EXPORTER_PROMETHEUS_HOST'])
    const { receivers } = parse(config) as {
      readonly receivers: {
        readonly prometheus: {
          readonly config: {
            readonly scrape_configs: readonly {
              readonly static_configs: readonly { readonly targets: readonly string[] }[]
            }[]
          }
        }
      }
    }
    const targets = receivers.prometheus.config.scrape_configs.flatMap((one) =>
      one.static_configs.flatMap((group) => group.targets),
    )
    expect(targets.toSorted()).toEqual(watched.map(([name]) => `${name}:9464`).toSorted())
  })

  it('listens and writes where the stand-in does', () => {
    const standIn = readFileSync('infra/images/collector/stand-in.mjs', 'utf8')
    for (const text of ['4318', '/var/lib/collector/traces.jsonl']) {
      expect(config).toContain(text)
      expect(standIn).toContain(text)
    }
  })
})

describe('the overlay of 30 nodes', () => {
  const { services, networks } = parse(readFileSync('infra/compose.scale.yaml', 'utf8'), {
    merge: true,
  }) as {
    readonly services: Readonly<Record<string, { networks: readonly string[] | object }>>
    readonly networks: Readonly<Record<string, { ipam: { config: readonly { subnet: string }[] } }>>
  }
  const more = Object.keys(services).filter((name) => name.startsWith('node-'))
  const networksOf = (name: string): readonly string[] => {
    const { networks: own = {} } = services[name] ?? {}
    return Array.isArray(own) ? (own as string[]) : Object.keys(own)
  }

  it('has as many as are missing, each on a network of its own with the gateways and the common services', () => {
    const demo = Object.values(base).filter(({ image }) => image === 'kilde/organization')
    expect(demo.length + more.length).toBe(30)
    for (const name of more) {
      const seen = Object.keys(services).filter((one) => networksOf(one).includes(name))
      expect(networksOf(name)).toEqual([name])
      expect(seen.toSorted()).toEqual(
        ['gateway-1', 'gateway-2', 'identity', name, 'privacy', 'registry'].toSorted(),
      )
    }
  })

  it('has services that cannot write but to their volume, and may do nothing more than others', () => {
    for (const name of more) {
      expect(services[name]).toMatchObject({
        ...{ image: 'kilde/organization', read_only: true, cap_drop: ['ALL'] },
      })
    }
  })

  it('names its addresses, of which no two are one', () => {
    const subnets = more.flatMap((name) => networks[name]?.ipam.config ?? [])
    expect(new Set(subnets.map(({ subnet }) => subnet)).size).toBe(more.length)
  })
})
