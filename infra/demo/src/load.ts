import { type AccessToken, createNonceKeeper, type TokenClient } from '@kilde/trust'
import type { Bundle, OperationOutcome } from 'fhir/r4.js'
import { DemoError } from './errors.js'

export interface LoadTarget {
  /** Base URL of the organisation's node; FHIR is at `<endpoint>/fhir`. */
  readonly endpoint: string
  readonly name: string
  readonly audience: string
  /** The organisation's ingest client. */
  readonly tokens: TokenClient
}

/** Gives bundles to an organisation's node, as its own systems would: each with a token and a proof over the body. */
export interface Loader {
  /** Answers the number of entries taken. @throws DemoError `LOAD_FAILED` with the first fault that the node names */
  load(bundle: Bundle): Promise<number>
}

const SCOPE = 'kilde:organization/write'
/** A token this close to its end might end on the way (milliseconds). */
const MARGIN_MS = 10_000

export function createLoader(target: LoadTarget, now: () => number = Date.now): Loader {
  const { tokens, audience } = target
  const url = `${target.endpoint}/fhir`
  const nonces = createNonceKeeper()
  let token: AccessToken | undefined
  return {
    async load(bundle) {
      if (!token || token.expiresAtMs - MARGIN_MS < now()) {
        token = await tokens.clientCredentials({ audience, scope: SCOPE })
      }
      const body = Buffer.from(JSON.stringify(bundle))
      const accessToken = token.value
      const signed = { method: 'POST', url, accessToken, body }
      const response = await nonces.send((nonce) =>
        fetch(url, {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/fhir+json',
            authorization: `DPoP ${accessToken}`,
            dpop: tokens.proof.sign({ ...signed, ...(nonce !== undefined && { nonce }) }),
          },
        }),
      )
      return taken(target, response.status, await response.text())
    },
  }
}

function taken({ name }: LoadTarget, status: number, text: string): number {
  const answer = parse(text)
  if (answer?.resourceType !== 'Bundle') {
    throw refused(name, answer ? reasonIn(answer) : `HTTP status ${status}`)
  }
  const entries = answer.entry ?? []
  const bad = entries.find(({ response }) => !response?.status.startsWith('2'))
  if (bad) throw refused(name, reasonIn(bad.response?.outcome as OperationOutcome | undefined))
  return entries.length
}

function parse(text: string): Bundle | OperationOutcome | undefined {
  try {
    return JSON.parse(text) as Bundle | OperationOutcome
  } catch {
    return undefined
  }
}

/** A refusal may begin with what is merely odd: the first fault is why. */
function reasonIn(outcome: OperationOutcome | undefined): string {
  const issues = outcome?.issue ?? []
  const issue = issues.find(({ severity }) => FAULTS.includes(severity)) ?? issues[0]
  return issue?.diagnostics ?? issue?.details?.text ?? 'no reason given'
}

const FAULTS: readonly string[] = ['fatal', 'error']

function refused(name: string, reason: string): DemoError {
  return new DemoError('LOAD_FAILED', {
    text: `${name} did not take the data of the demo: ${reason}`,
  })
}
