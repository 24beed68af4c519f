import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'

interface Service {
  readonly image: string
  readonly networks?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly privileged?: boolean
  readonly ports?: readonly string[]
}

const { services } = parse(readFileSync('infra/compose.yaml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const networksOf = (name: string): readonly string[] => services[name]?.networks ?? []
const NODES = ['municipality', 'hospital', 'neighbour', 'gp', 'hosted', 'operator']

describe('the network of containers', () => {
  it.each(NODES)('%s sees gateways and common services, and no other node', (name) => {
    const seen = Object.entries(services)
      .filter(([, { networks = [] }]) => networks.some((one) => networksOf(name).includes(one)))
      .map(([other]) => other)
    const database = services[`${name}-db`] ? [`${name}-db`] : []
    expect(seen.toSorted()).toEqual(
      [
        'gateway-1',
        'gateway-2',
        'identity',
        'kilde',
        name,
        'privacy',
        'registry',
        ...database,
      ].toSorted(),
    )
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
