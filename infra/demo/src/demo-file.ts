import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OrganizationKey, PatientKey } from '@kilde/people'
import { DemoError } from './errors.js'

/** What a running demo holds: a public interface (`kilde demo --json`), read by the commands and by scripts of others. */
export interface DemoFile {
  readonly startedAt: string
  readonly gateway: string
  readonly identity: string
  readonly registry: string
  readonly privacy: string
  /** Process id of the demo, which ends everything else when it ends. */
  readonly pid: number
  readonly services: readonly {
    readonly name: string
    readonly url: string
    readonly pid: number
  }[]
  readonly personas: readonly {
    readonly key: string
    readonly name: string
    readonly about: string
  }[]
  readonly organizations: readonly {
    readonly key: OrganizationKey
    readonly number: string
    readonly name: string
    /** Base URL; GraphQL at `<address>/graphql`, FHIR at `<address>/fhir`. */
    readonly address: string
    readonly audience: string
    /** Process id of the node; two small organisations share one. */
    readonly pid: number
    /** Key file of the client that may write to it. */
    readonly ingest: ClientFile
  }[]
  readonly patients: readonly {
    readonly key: PatientKey
    readonly identifier: string
    readonly name: string
    readonly story: string
    /** Numbers of the organisations that hold data. */
    readonly organizations: readonly string[]
    /** Observations loaded, by organisation number. */
    readonly rows: Readonly<Record<string, number>>
  }[]
  readonly clients: {
    /** Signs users in; the sign-in ends at `redirectUri`, which is never fetched. */
    readonly cli: ClientFile & { readonly redirectUri: string }
    readonly admin: ClientFile
  }
  /**
   * File of the key by which the stand-in for HelseID signs tokens (JWK, readable by this user alone), for `kilde conformance`.
   */
  readonly issuerKeyFile?: string
  /** What an organisation is given by whoever runs the common services, for `kilde join`. */
  readonly joining?: Joining
  /** The token for the health pages of all services, for `kilde doctor` (file, readable by this user alone). */
  readonly operator?: { readonly healthTokenFile: string }
  /** Where the keys of the access logs stand, for `kilde audit` (readable by this user alone). */
  readonly audit: { readonly keyFile: string }
}

export interface Joining {
  /** Folder into which clients are registered with the stand-in for HelseID. */
  readonly clientsDirectory: string
  /** Keys to pin (JWKS): those that sign the registry's state, and patients' settings. */
  readonly registryKeys: object
  readonly privacyKeys: object
  /** File of the key from which each node's key at the privacy service is derived (base64url, readable by this user alone). */
  readonly privacyNodeKeyFile: string
}

/** A client of the identity service, and the file of its private key (JWK, readable by this user alone). */
export interface ClientFile {
  readonly clientId: string
  readonly keyFile: string
}

/** Where a demo keeps its keys, logs and data: a folder of this checkout, for each KILDE_PORT_BASE its own. */
export function demoDirectory(portBase: number): string {
  return join(fileURLToPath(new URL('../../../.kilde', import.meta.url)), `demo-${portBase}`)
}

/** @throws DemoError `DEMO_NOT_RUNNING` */
export async function readDemoFile(directory: string): Promise<DemoFile> {
  try {
    const demo = JSON.parse(await readFile(join(directory, 'demo.json'), 'utf8')) as DemoFile
    // Signal 0 only asks whether the process is there: a killed demo leaves its file behind.
    process.kill(demo.pid, 0)
    return demo
  } catch (cause) {
    throw new DemoError('DEMO_NOT_RUNNING', { cause })
  }
}

/** Appears whole or not at all, so that whoever waits for it may read it at once. */
export async function writeDemoFile(directory: string, demo: DemoFile): Promise<void> {
  const path = join(directory, 'demo.json')
  await writeFile(`${path}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
