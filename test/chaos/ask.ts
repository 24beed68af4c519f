import { randomBytes } from 'node:crypto'
import type { Session } from '@kilde/demo/test-network'
import { patient } from './world.js'

/** A row as the client saw it. */
export interface Row {
  readonly id: string
  readonly provenance: readonly { readonly organization: { readonly number: string } }[]
}

export interface List {
  readonly complete: boolean
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly nodes: readonly Row[]
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
    readonly returned: number
  }[]
}

/** One question, from when to when, and what came of it. */
export interface Asked {
  readonly trace: string
  readonly fromMs: number
  readonly untilMs: number
  readonly persona: string
  readonly list?: List
  /** Where there was no list: status and code, or that there was no connection. */
  readonly fault?: string
}

const QUERY = `query Chaos($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 200) {
      complete
      totalCount { value precision }
      nodes { id status effective valueText provenance { id organization { number } superseded } }
      sources { organization { number } status reason returned }
    }
  }
}`
const GIVE_UP_MS = 20_000

/** Asks for everything of the patient. */
export async function askOnce(
  url: string,
  persona: string,
  { token, proof }: Session,
  now: () => number,
): Promise<Asked> {
  const trace = randomBytes(16).toString('hex')
  const body = JSON.stringify({ query: QUERY, variables: { identifier: patient.identifier } })
  const accessToken = token.value
  const headers = {
    'content-type': 'application/json',
    authorization: `DPoP ${accessToken}`,
    dpop: proof.sign({ method: 'POST', url, accessToken, body: Buffer.from(body) }),
    traceparent: `00-${trace}-00000000000000a1-01`,
  }
  const fromMs = now()
  const found = await fetch(url, {
    ...{ method: 'POST', body, headers },
    signal: AbortSignal.timeout(GIVE_UP_MS),
  }).then(read, () => ({ fault: 'no connection' }))
  return { trace, persona, fromMs, untilMs: now(), ...found }
}

async function read(answer: Response): Promise<Pick<Asked, 'list' | 'fault'>> {
  const text = await answer.text().catch(() => undefined)
  if (text === undefined) return { fault: 'no connection' }
  const { data, errors } = JSON.parse(text) as {
    readonly data?: { readonly patient: { readonly observations: List } | null }
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
  }
  const list = data?.patient?.observations
  if (list && !errors) return { list }
  return { fault: `${answer.status} ${errors?.[0]?.extensions?.code ?? 'without a code'}` }
}
