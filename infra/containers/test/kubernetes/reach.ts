import { type Labels, type Manifest, ofKind } from './manifests.js'
import type { Workload } from './workloads.js'

interface Selector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

interface Peer {
  readonly namespaceSelector?: Selector
  readonly podSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

interface Rule {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly { readonly port: number | string }[]
}

export interface NetworkPolicy extends Manifest {
  readonly spec: {
    readonly podSelector: Selector
    readonly policyTypes: readonly string[]
    readonly ingress?: readonly Rule[]
    readonly egress?: readonly Rule[]
  }
}

type Direction = 'ingress' | 'egress'
const peersOf = (rule: Rule, direction: Direction): readonly Peer[] | undefined =>
  direction === 'ingress' ? rule.from : rule.to

/** What policies let pods of these workloads do, as `from -> to:port`: both ends must allow it. */
export function reachOf(all: readonly Manifest[], workloads: readonly Workload[]): string[] {
  const pairs = workloads.flatMap((from) => workloads.map((to) => [from, to] as const))
  return pairs.flatMap(([from, to]) => {
    if (from === to) return []
    const out = portsTo(all, from, to, 'egress')
    const into = portsTo(all, to, from, 'ingress')
    return out
      .filter((port) => into.includes(port))
      .map((port) => `${name(from)} -> ${name(to)}:${port}`)
  })
}

/** Addresses outside the cluster and places in it that are no workload of ours, as `from -> to:port`. */
export function outsideOf(all: readonly Manifest[], workload: Workload): string[] {
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    rulesOf(all, workload, direction).flatMap((rule) =>
      (peersOf(rule, direction) ?? [{ ipBlock: { cidr: 'anywhere' } }])
        .flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr] : []))
        .flatMap((cidr) =>
          portsOf(rule).map((port) =>
            direction === 'ingress' ? `${cidr} -> :${port}` : `-> ${cidr}:${port}`,
          ),
        ),
    ),
  )
}

function portsTo(
  all: readonly Manifest[],
  own: Workload,
  other: Workload,
  direction: Direction,
): readonly string[] {
  return rulesOf(all, own, direction)
    .filter((rule) => (peersOf(rule, direction) ?? [{}]).some((peer) => isPeer(peer, own, other)))
    .flatMap(portsOf)
}

function rulesOf(
  all: readonly Manifest[],
  { metadata, spec }: Workload,
  direction: Direction,
): readonly Rule[] {
  return ofKind<NetworkPolicy>(all, 'NetworkPolicy')
    .filter((policy) => policy.metadata.namespace === metadata.namespace)
    .filter((policy) => matches(policy.spec.podSelector, spec.template.metadata.labels))
    .flatMap((policy) => policy.spec[direction] ?? [])
}

/** A block of addresses is none of pods: whether it covers those is up to the cluster. */
function isPeer(peer: Peer, own: Workload, other: Workload): boolean {
  if (peer.ipBlock) return false
  const namespace = other.metadata.namespace ?? ''
  const isThere = peer.namespaceSelector
    ? matches(peer.namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
    : namespace === own.metadata.namespace
  return isThere && matches(peer.podSelector ?? {}, other.spec.template.metadata.labels)
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  if (matchExpressions.some(({ operator }) => operator !== 'In')) throw new Error('only In')
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  )
}

const portsOf = ({ ports = [{ port: 'any' }] }: Rule): readonly string[] =>
  ports.map(({ port }) => `${port}`)
const name = ({ metadata }: Workload): string => metadata.name
