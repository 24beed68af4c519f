import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { run } from '@kilde/cli'
import { parse } from 'yaml'
import { writeNetwork } from '../src/index.js'
import { allFilesIn, filesOf, type Manifest, manifestsOf, ofKind } from './kubernetes/manifests.js'
import { type NetworkPolicy, outsideOf, reachOf } from './kubernetes/reach.js'
import { problemsOf } from './kubernetes/schema.js'
import {
  containerOf,
  secretsOf,
  settingsOf,
  type Workload,
  workloadsIn,
} from './kubernetes/workloads.js'

const ROOT = 'infra/kubernetes'
/** Of whoever runs the network, and of an organisation. */
const FOLDERS = [ROOT, `${ROOT}/node`]
const all = FOLDERS.flatMap(manifestsOf)
const workloads = workloadsIn(all)
const named = workloads.map((workload) => [workload.metadata.name, workload] as const)
const workload = (name: string): Workload => {
  const found = workloads.find(({ metadata }) => metadata.name === name)
  if (!found) throw new Error(`no workload ${name}`)
  return found
}

describe('manifests for Kubernetes', () => {
  it('are all named by a kustomization, once', () => {
    expect(FOLDERS.flatMap(filesOf).toSorted()).toEqual(allFilesIn(ROOT).toSorted())
    const names = all.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('hold what the API of Kubernetes knows, and no field besides', () => {
    expect(all.flatMap(problemsOf)).toEqual([])
  })

  it('would not, with a field that is misspelt, missing or of another type', () => {
    const [first] = ofKind<Workload>(all, 'StatefulSet')
    const wrong = structuredClone(first) as unknown as { spec: Record<string, unknown> }
    Object.assign(wrong.spec, { replica: 2, serviceName: 7, selector: undefined })
    const problems = problemsOf(wrong as unknown as Manifest).join('\n')
    expect(problems).toMatch(/spec\/serviceName: not so: type/)
    expect(problems).toMatch(/spec: not so: required/)
    expect(problems).toMatch(/spec\/replica: no field of this kind/)
  })

  it('are of gateway, registry, privacy service, the operator’s node and an organisation’s', () => {
    expect(named.map(([name]) => name).toSorted()).toEqual([
      ...['gateway', 'node', 'operator', 'privacy', 'registry'],
    ])
    // In production there is HelseID.
    expect(workloads.map((one) => containerOf(one).image).join()).not.toContain('identity')
  })
})

describe.each(named)('the pods of %s', (name, own) => {
  const { spec } = own.spec.template
  const container = containerOf(own)

  it('are nobody’s root, write to their volume alone and may do nothing more than others', () => {
    expect(spec.securityContext).toMatchObject({
      ...{ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(spec.automountServiceAccountToken).toBe(false)
    const written = container.volumeMounts.filter(({ readOnly }) => !readOnly)
    expect(written.map(({ mountPath }) => mountPath).toSorted()).toEqual(['/tmp', '/var/lib/kilde'])
  })

  it('get no settings from Services that the cluster happens to have', () => {
    expect(spec.enableServiceLinks).toBe(false)
  })

  it('are of a version, and have bounds', () => {
    expect(container.image).toMatch(/^kilde\/[a-z]+:\d+\.\d+\.\d+$/)
    const bounds = {
      cpu: expect.anything(),
      memory: expect.anything(),
      'ephemeral-storage': expect.anything(),
    }
    expect(container.resources).toEqual({ requests: bounds, limits: bounds })
  })

  it('are asked whether they live and are ready, and drain before they go', () => {
    const asked = (path: string) => ({ httpGet: { path, port: 'https', scheme: 'HTTPS' } })
    expect(container.startupProbe).toMatchObject(asked('/health/live'))
    expect(container.livenessProbe).toMatchObject(asked('/health/live'))
    expect(container.readinessProbe).toMatchObject(asked('/health/ready'))
    expect(container.lifecycle?.preStop).toBeDefined()
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30)
  })

  it('get secrets as files, each that a setting names and no other', () => {
    const files = Object.entries(settingsOf(all, own))
      .filter(([key]) => key.endsWith('_FILE'))
      .map(([key, file]) => [file, key.slice(0, -5)] as const)
    expect(files.map(([file]) => file).toSorted()).toEqual(
      secretsOf(own)
        .map((key) => `/run/kilde/secrets/${key}`)
        .toSorted(),
    )
    for (const [file, key] of files) expect(file).toBe(`/run/kilde/secrets/${key}`)
  })

  it('are of a workload whose own policy exists', () => {
    const policies = ofKind<NetworkPolicy>(all, 'NetworkPolicy')
    const selected = policies.filter(
      ({ metadata, spec: { podSelector } }) =>
        metadata.namespace === own.metadata.namespace &&
        podSelector.matchLabels?.['app.kubernetes.io/name'] === name,
    )
    expect(selected.map(({ spec: { policyTypes } }) => policyTypes)).toEqual([
      ['Ingress', 'Egress'],
    ])
  })
})

describe('settings of the pods', () => {
  /** Whose secrets of a network of containers stand in for the pod's own, and which service it runs. */
  const LIKE = {
    gateway: 'gateway',
    registry: 'registry',
    privacy: 'privacy',
    operator: 'operator',
    node: 'municipality',
  } as const
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kilde-kubernetes-'))
    await writeNetwork(directory)
    // What nothing in a network of containers has as a file.
    await writeFile(join(directory, 'gateway', 'REDIS_URL'), 'rediss://redis.kilde.example:6379')
  })
  afterAll(() => rm(directory, { recursive: true }))

  it.each(Object.entries(LIKE))('are such that production takes them: %s', async (name, like) => {
    const folder = join(directory, like)
    const settings = Object.entries(settingsOf(all, workload(name))).map(
      ([key, value]) =>
        `${key}='${value.replace('/run/kilde/secrets', folder).replace('/run/kilde/tls', folder)}'`,
    )
    // The image says where it listens.
    const lines = ['KILDE_HOST=0.0.0.0', 'KILDE_PORT=8443', ...settings]
    await writeFile(join(directory, `${name}.env`), `${lines.join('\n')}\n`)
    const image = /\/([a-z]+):/.exec(containerOf(workload(name)).image)?.[1] ?? ''
    const { code, said } = await check(image, join(directory, `${name}.env`))
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('can start') })
  })

  async function check(service: string, file: string) {
    const said: string[] = []
    const to = { write: (text: string) => void said.push(text), isTerminal: false, columns: 80 }
    const code = await run(['config', 'check', service, '--env-file', file, '--production'], {
      out: to,
      err: to,
      readStdin: async () => '',
      env: {},
      folder: directory,
      now: Date.now,
    })
    return { code, said: said.join('') }
  }

  it('name the folder of every gateway that the autoscaler may start', () => {
    const [autoscaler] = ofKind<Manifest & { spec: { maxReplicas: number; minReplicas: number } }>(
      all,
      'HorizontalPodAutoscaler',
    )
    const { maxReplicas = 0, minReplicas = 0 } = autoscaler?.spec ?? {}
    expect(minReplicas).toBeGreaterThan(1)
    const folder = (replica: number) => [`${replica}`, `/gateways/gateway-${replica}/audit`]
    const folders = Object.fromEntries([...Array(maxReplicas).keys()].map(folder))
    const { KILDE_GATEWAY_AUDIT_DIRECTORY: given = '' } = settingsOf(all, workload('operator'))
    expect(JSON.parse(given)).toEqual(folders)
    const mounted = containerOf(workload('gateway')).volumeMounts.find(
      ({ name }) => name === 'audit',
    )
    expect(mounted).toMatchObject({ subPathExpr: '$(POD_NAME)', mountPath: '/var/lib/kilde' })
  })

  it('name nothing that is anybody’s: hosts are examples, addresses are for documentation', async () => {
    for (const file of allFilesIn(ROOT)) {
      const text = await readFile(file, 'utf8')
      const hosts = [...text.matchAll(/https:\/\/([\w.-]+)/g)].map(([, host]) => host)
      expect(hosts.filter((host) => !host?.endsWith('.example'))).toEqual([])
    }
  })
})

const networksOf = (networks: object): readonly string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks)

describe('policies of the network', () => {
  it('allow what is needed, and nothing else between pods', () => {
    expect(reachOf(all, workloads).toSorted()).toEqual([
      'gateway -> node:8443',
      'gateway -> operator:8443',
      'gateway -> registry:8443',
      'node -> privacy:8443',
      'node -> registry:8443',
      'operator -> privacy:8443',
      'operator -> registry:8443',
      'privacy -> registry:8443',
    ])
  })

  it('allow no pods what containers of theirs may not', async () => {
    const { services } = parse(await readFile('infra/compose.yaml', 'utf8'), { merge: true }) as {
      readonly services: Readonly<Record<string, { readonly networks: object }>>
    }
    const like: Readonly<Record<string, string>> = { gateway: 'gateway-1', node: 'hospital' }
    for (const pair of reachOf(all, workloads)) {
      const [from = '', to = ''] = pair.replace(/:\d+$/, '').split(' -> ')
      const [own, others] = [from, to].map((one) =>
        networksOf(services[like[one] ?? one]?.networks ?? []),
      )
      expect({ pair, shared: own?.some((one) => others?.includes(one)) }).toEqual({
        ...{ pair, shared: true },
      })
    }
  })

  it.each([
    ['gateway', ['0.0.0.0/0 -> :8443', '-> 192.0.2.0/24:6379', '-> 0.0.0.0/0:443']],
    ['registry', ['203.0.113.0/24 -> :8443', '-> 0.0.0.0/0:443']],
    ['privacy', ['0.0.0.0/0 -> :8443', '-> 192.0.2.0/24:5432', '-> 0.0.0.0/0:443']],
    ['operator', ['-> 0.0.0.0/0:443']],
    [
      'node',
      [
        ...['203.0.113.0/24 -> :8443', '198.51.100.0/24 -> :8443'],
        ...['-> 192.0.2.0/24:5432', '-> 0.0.0.0/0:443'],
      ],
    ],
  ])('let %s reach, and be reached by, no other addresses', (name, expected) => {
    expect(outsideOf(all, workload(name)).toSorted()).toEqual(expected.toSorted())
  })

  it('never let a pod out to addresses inside, those that tell a machine its secrets among them', () => {
    const wide = ofKind<NetworkPolicy>(all, 'NetworkPolicy').flatMap(({ spec }) =>
      (spec.egress ?? []).flatMap(({ to = [] }) =>
        to.flatMap(({ ipBlock }) => (ipBlock?.cidr === '0.0.0.0/0' ? [ipBlock.except] : [])),
      ),
    )
    expect(wide.length).toBe(workloads.length)
    for (const except of wide) {
      expect(except).toEqual(
        expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']),
      )
    }
  })

  it('deny whatever no policy names, in every namespace', () => {
    for (const { metadata } of ofKind<Manifest>(all, 'Namespace')) {
      expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
      const closed = ofKind<NetworkPolicy>(all, 'NetworkPolicy').find(
        (one) => one.metadata.name === 'default-deny' && one.metadata.namespace === metadata.name,
      )
      expect(closed?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    }
  })
})
