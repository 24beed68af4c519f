import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

type Networks = readonly string[] | Readonly<Record<string, { aliases?: string[] } | null>>

interface Service {
  readonly image: string
  readonly networks?: Networks
  readonly environment?: Readonly<Record<string, string>>
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly privileged?: boolean
  readonly ports?: readonly string[]
}

const { services } = parse(readFileSync('infra/compose.yaml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const networksOf = (name: string): readonly string[] => {
  const { networks = [] } = services[name] ?? {}
  return Array.isArray(networks) ? networks : Object.keys(networks)
}
const sharing = (name: string, isIt: (network: string) => boolean = () => true) =>
  Object.keys(services)
    .filter((other) => networksOf(other).some((one) => isIt(one) && networksOf(name).includes(one)))
    .toSorted()
const isManagement = (network: string): boolean => network.endsWith('management')
const NODES = ['municipality', 'hospital', 'neighbour', 'gp', 'hosted', 'operator']

describe('the network of containers', () => {
  it.each(NODES)('%s sees gateways and common services, and no other node', (name) => {
    const database = services[`${name}-db`] ? [`${name}-db`] : []
    expect(sharing(name)).toEqual(
      [
        'collector',
        'gateway-1',
        'gateway-2',
        'identity',
        'kilde',
        name,
        'privacy',
        'registry',
        'telemetry',
        ...database,
      ].toSorted(),
    )
  })

  it.each([...NODES, 'privacy'])('%s is watched where no gateway or node is', (name) => {
    expect(sharing(name, isManagement)).toEqual(['collector', name, 'telemetry'].toSorted())
  })

  it('has a collector where nothing is asked or answered, which watches all that is ours', () => {
    const own = ['gateway-1', 'gateway-2', 'identity', 'privacy', 'registry', ...NODES]
    expect(networksOf('collector').every(isManagement)).toBe(true)
    expect(sharing('collector')).toEqual(['collector', 'telemetry', ...own].toSorted())
  })

  it('has metrics listen there alone, by a name that is only known there', () => {
    for (const name of sharing('collector').filter(
      (one) => !['collector', 'telemetry'].includes(one),
    )) {
      const { environment, networks } = services[name] ?? {}
      const [management = ''] = networksOf(name).filter(isManagement)
      expect(environment).toEqual({ OTEL_EXPORTER_PROMETHEUS_HOST: `${name}-metrics` })
      expect(networks).toMatchObject({ [management]: { aliases: [`${name}-metrics`] } })
    }
  })

  it('has services that cannot write but to their volume, and may do nothing more than others', () => {
    const own = Object.entries(services).filter(([, { image }]) => image.startsWith('kilde/'))
    expect(own.length).toBeGreaterThan(10)
    for (const [name, { read_only, cap_drop, privileged }] of own) {
      expect({ name, read_only, cap_drop, privileged }).toEqual({
        ...{ name, read_only: true, cap_drop: ['ALL'], privileged: undefined },
      })
    }
  })

  it('is reached by the load balancer alone, and from this machine alone', () => {
    const open = Object.entries(services).filter(([, { ports }]) => ports !== undefined)
    expect(open.map(([name, { ports }]) => [name, ports])).toEqual([
      ['gateway', [expect.stringMatching(/^127\.0\.0\.1:/)]],
    ])
  })
})
