import { randomBytes } from 'node:crypto'
import { organizationNumbers } from '@kilde/population'
import { deriveNodeKey } from '@kilde/privacy'
import { generateKey, type PrivateJwk, publicPart } from '@kilde/trust'
import type { ContainersPlan } from '../plan.js'
import { STATE } from '../plan.js'
import { settingsOf } from '../settings-of.js'

/** A node of an organisation beside the demo's: it holds nothing of anybody, and is asked all the same. */
export interface MoreNode {
  /** Of its container and its network. */
  readonly name: string
  readonly number: string
  readonly key: PrivateJwk
}

type Settings = Readonly<Record<string, string>>

/** Containers of nodes that a network has without them. */
const WITHOUT = 6

export const namesOfMore = (nodes: number): readonly string[] =>
  Array.from({ length: Math.max(0, nodes - WITHOUT) }, (_, at) => `node-${at + 1 + WITHOUT}`)

/** So many that a network has `nodes` nodes. */
export function createMoreNodes(nodes: number): Promise<readonly MoreNode[]> {
  const numbers = organizationNumbers(31_009_000)
  return Promise.all(
    namesOfMore(nodes).map(async (name) => ({
      name,
      number: numbers.next().value,
      key: await generateKey(),
    })),
  )
}

const clientOf = ({ number }: MoreNode): string => `kilde-node-${number}`
export const addressOf = ({ name }: Pick<MoreNode, 'name'>): string => `https://${name}:8443`

/** As those of a node with an embedded database, but for what is its own. */
export function settingsOfMore(containers: ContainersPlan, node: MoreNode): Settings {
  const { KILDE_PAGE_KEY: _ofItsOwn, ...like } = settingsOf(containers, 'gp')
  const { number, name, key } = node
  const master = Buffer.from(containers.plan.secrets.symmetric.privacyNode, 'base64url')
  const nodeKey = Buffer.from(deriveNodeKey(master, number)).toString('base64url')
  return {
    ...like,
    KILDE_PUBLIC_URL: addressOf(node),
    KILDE_ORGANIZATION: number,
    KILDE_CLIENT_ID: clientOf(node),
    KILDE_CLIENT_KEY: JSON.stringify(key),
    KILDE_AUDIT_DIRECTORY: `${STATE}/audit/${name}`,
    KILDE_AUDIT_KEY: secret(),
    KILDE_DIGEST_KEY: secret(),
    KILDE_STORE_KEY: secret(),
    KILDE_PRIVACY_NODE_KEYS: JSON.stringify({ [number]: nodeKey }),
    // No collector is on their networks.
    OTEL_SDK_DISABLED: 'true',
  }
}

/** The identity service's settings, these nodes among its clients. */
export function withClients(settings: Settings, more: readonly MoreNode[]): Settings {
  const known = JSON.parse(settings['KILDE_CLIENTS'] ?? '[]') as readonly object[]
  const clients = more.map((node) => ({
    ...{ clientId: clientOf(node), kind: 'node', name: `${node.name}: node` },
    ...{ organization: node.number, publicJwk: publicPart(node.key) },
  }))
  return { ...settings, KILDE_CLIENTS: JSON.stringify([...known, ...clients]) }
}

const secret = (): string => randomBytes(32).toString('base64url')
