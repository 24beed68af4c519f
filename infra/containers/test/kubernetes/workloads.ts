import { type Labels, type Manifest, ofKind } from './manifests.js'

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme: string }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[]
  readonly env?: readonly { readonly name: string }[]
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly lifecycle?: { readonly preStop?: unknown }
  readonly resources: Readonly<Record<'requests' | 'limits', Labels>>
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly volumeMounts: readonly {
    readonly name: string
    readonly mountPath: string
    readonly readOnly?: boolean
    readonly subPathExpr?: string
  }[]
}

export interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number
    readonly template: {
      readonly metadata: { readonly labels: Labels }
      readonly spec: {
        readonly automountServiceAccountToken?: boolean
        readonly enableServiceLinks?: boolean
        readonly terminationGracePeriodSeconds?: number
        readonly securityContext: Readonly<Record<string, unknown>>
        readonly containers: readonly Container[]
        readonly volumes: readonly {
          readonly name: string
          readonly secret?: { readonly items?: readonly { readonly key: string }[] }
        }[]
      }
    }
  }
}

/** Every kind that starts pods, so that none is overlooked that is added. */
const KINDS = ['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'StatefulSet']

export const workloadsIn = (all: readonly Manifest[]): readonly Workload[] =>
  KINDS.flatMap((kind) => ofKind<Workload>(all, kind))

interface ConfigMap extends Manifest {
  readonly data: Labels
}

/** The settings that a workload gives its one container. */
export function settingsOf(all: readonly Manifest[], workload: Workload): Labels {
  const { envFrom } = containerOf(workload)
  const given = envFrom.map(({ configMapRef: { name } }) => {
    const found = ofKind<ConfigMap>(all, 'ConfigMap').find(
      ({ metadata }) =>
        metadata.name === name && metadata.namespace === workload.metadata.namespace,
    )
    if (!found) throw new Error(`${workload.metadata.name}: no ConfigMap ${name}`)
    return found.data
  })
  return Object.assign({}, ...given) as Labels
}

export function containerOf({ metadata, spec }: Workload): Container {
  const [container, ...others] = spec.template.spec.containers
  if (!container || others.length > 0) throw new Error(`${metadata.name}: one container each`)
  return container
}

/** Names of the secrets that a workload gets as files. */
export const secretsOf = ({ spec }: Workload): readonly string[] =>
  spec.template.spec.volumes.flatMap(({ secret }) => secret?.items?.map(({ key }) => key) ?? [])
