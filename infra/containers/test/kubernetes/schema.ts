import { StatefulSet } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Namespace, PersistentVolumeClaim, Service } from 'kubernetes-models/v1'
import type { Manifest } from './manifests.js'

interface Kind {
  readonly apiVersion: string
  readonly kind: string
  readonly prototype: { validate(): void }
}

/** Kinds with the schemas of Kubernetes' own API. */
const KINDS: readonly Kind[] = [
  ...[ConfigMap, HorizontalPodAutoscaler, Namespace, NetworkPolicy],
  ...[PersistentVolumeClaim, PodDisruptionBudget, Service, StatefulSet],
]

interface Fault {
  readonly instancePath: string
  readonly keyword: string
}

/** What a server would refuse of a manifest, with strict validation of fields: none where it takes it. */
export function problemsOf(manifest: Manifest): readonly string[] {
  const { apiVersion, kind, metadata } = manifest
  const name = `${kind} ${metadata.name}`
  const found = KINDS.find((one) => one.apiVersion === apiVersion && one.kind === kind)
  if (!found) return [`${name}: there is no schema of ${apiVersion}`]
  const { watched, unread } = watch(manifest)
  const errors = faultsOf(found, watched)
  return [
    ...errors.map(({ instancePath, keyword }) => `${name}${instancePath}: not so: ${keyword}`),
    ...unread().map((path) => `${name}${path}: no field of this kind`),
  ]
}

function faultsOf({ prototype }: Kind, watched: object): readonly Fault[] {
  try {
    prototype.validate.call(watched)
    return []
  } catch (error) {
    return (error as { readonly errors: readonly Fault[] }).errors
  }
}

/** The schemas let unknown fields pass, as a server does that is not strict: one that is never looked at is one that they do not know. */
function watch(root: object): { watched: object; unread: () => readonly string[] } {
  const left = new Set<string>()
  const around = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const inner = Object.entries(value).map(([key, one]) => {
      left.add(`${path}/${key}`)
      return [key, around(one, `${path}/${key}`)] as const
    })
    const copy = Array.isArray(value) ? inner.map(([, one]) => one) : Object.fromEntries(inner)
    return new Proxy(copy, {
      get: (target, key) => {
        left.delete(`${path}/${String(key)}`)
        return Reflect.get(target, key)
      },
    })
  }
  return { watched: around(root, '') as object, unread: () => [...left].filter(isFirst(left)) }
}

/** Of a field that is unknown, not what is below it. */
const isFirst =
  (left: ReadonlySet<string>) =>
  (path: string): boolean =>
    !left.has(path.slice(0, path.lastIndexOf('/')))
