import type { catalogueOf } from '@kilde/demo/network'
import { organizations } from '@kilde/people'
import { addressOf, type MoreNode } from './more-nodes.js'

type Catalogue = ReturnType<typeof catalogueOf>

/** What the registry has to know of a node, without its key. */
export type KnownNode = Pick<MoreNode, 'name' | 'number'>

/** The registry's state with more organisations: each shares what the practice of the demo shares, with the same consumers. */
export function withMore(catalogue: Catalogue, more: readonly KnownNode[]): Catalogue {
  const { number: like } = organizations.gp
  const [own] = catalogue.organizations.filter(({ number }) => number === like)
  if (!own) throw new Error(`the registry knows no ${like}`)
  const { pageKeys: _ofItsOwn, ...common } = own
  return {
    organizations: [
      ...catalogue.organizations,
      ...more.map((node) => ({
        ...common,
        ...{ number: node.number, name: `Legekontor ${node.name}`, endpoint: addressOf(node) },
      })),
    ],
    agreements: [
      ...catalogue.agreements,
      ...catalogue.agreements
        .filter(({ provider }) => provider === like)
        .flatMap((agreement) =>
          more.map(({ name, number }) => ({
            ...{ ...agreement, id: `${agreement.id}-${name}`, provider: number },
          })),
        ),
    ],
    memberships: [
      ...catalogue.memberships,
      ...catalogue.memberships
        .filter(({ organization }) => organization === like)
        .flatMap((one) => more.map(({ number }) => ({ ...one, organization: number }))),
    ],
  }
}
