import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session } from '@kilde/demo/test-network'
import { operationId } from '@kilde/gateway'
import { patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'

export const { identifier } = patients.copd

/** A gateway with two organisations behind it, and somebody who may ask. */
export interface Surface {
  readonly network: WatchedNetwork
  readonly session: Session
  readonly url: string
  stop(): Promise<void>
}

type Settings = Readonly<Record<string, string>>

export async function startSurface(gateway: Settings = {}): Promise<Surface> {
  const organizations = ['gp', 'hospital'] as const
  const network = await startNetwork({
    organizations,
    settings: { gateway },
    data: { patient: patients.copd, organizations, rows: 6, until: new Date() },
  })
  const session = await network.signIn('gp')
  return { network, session, url: `${network.gateway}/graphql`, stop: () => network.stop() }
}

/** A file of registered operations, and the setting that names it. */
export function registered(...texts: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'kilde-registered-'))
  const file = join(folder, 'operations.json')
  writeFileSync(
    file,
    JSON.stringify(Object.fromEntries(texts.map((text) => [operationId(text), text]))),
  )
  return {
    settings: { KILDE_REGISTERED_OPERATIONS: file },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

export interface Sent {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly code: string | undefined
}

export interface Sending {
  readonly method?: string
  readonly search?: string
  readonly body?: string
  /** In place of the right ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** Sends what may be anything, with a token and a proof that are in order. */
export async function send(
  { url, session: { token, proof } }: Surface,
  { method = 'POST', search = '', body, headers = {} }: Sending,
): Promise<Sent> {
  const all = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    authorization: `DPoP ${token.value}`,
    dpop: proof.sign({ method: 'POST', url, accessToken: token.value }),
    ...headers,
  }
  const kept = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined)
  const response = await fetch(url + search, {
    method,
    redirect: 'manual',
    headers: Object.fromEntries(kept),
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, code: codeIn(text) }
}

export const graphql = (query: string, variables: object = {}): Sending => ({
  body: JSON.stringify({ query, variables }),
})

/** Asks about the patient. */
export const about = (below: string): Sending =>
  graphql(
    `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${below} } }`,
    {
      identifier,
    },
  )

function codeIn(text: string): string | undefined {
  const found = /"code":"([A-Z_]+)"/.exec(text)
  return found?.[1]
}

export const repeat = (count: number, write: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => write(at)).join(' ')
