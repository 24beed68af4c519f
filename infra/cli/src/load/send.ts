import {
  type AccessToken,
  createNonceKeeper,
  createTokenClient,
  type TokenClient,
} from '@kilde/trust'
import { type DemoFile, readClientKey } from '../demo.js'
import { fetchFrom } from '../fetch-from.js'
import type { Surroundings } from '../surroundings.js'

/** Sends Bundles to one organisation's node. */
export interface Sender {
  /** @throws CliError `SERVICE_UNREACHABLE`; TrustError where no token is to be had */
  send(body: string): Promise<Sent>
}

export interface Sent {
  readonly status: number
  readonly text: string
}

export type Target = DemoFile['organizations'][number]

const SCOPE = 'kilde:organization/write'
/** A token this close to its end might end on the way (milliseconds). */
const MARGIN_MS = 10_000
/** Whole time for one request (milliseconds): a node checks and stores 500 entries meanwhile. */
const TIMEOUT_MS = 120_000

/** A sender with the rights of the organisation's own systems. */
export async function createSender(
  target: Target,
  demo: DemoFile,
  { now }: Surroundings,
): Promise<Sender> {
  const tokens = createTokenClient({
    issuer: demo.identity,
    clientId: target.ingest.clientId,
    clientKey: await readClientKey(target.ingest),
    now,
  })
  const token = keepToken(tokens, target.audience, now)
  const url = `${target.address}/fhir`
  const nonces = createNonceKeeper()
  return {
    async send(text) {
      const body = Buffer.from(text)
      const accessToken = await token()
      const init = (nonce: string | undefined): RequestInit => ({
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/fhir+json',
          authorization: `DPoP ${accessToken}`,
          dpop: tokens.proof.sign({
            ...{ method: 'POST', url, accessToken, body },
            ...(nonce !== undefined && { nonce }),
          }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return fetchFrom(`The node of ${target.name}`, url, init, nonces)
    },
  }
}

function keepToken(tokens: TokenClient, audience: string, now: () => number) {
  let kept: AccessToken | undefined
  return async (): Promise<string> => {
    if (!kept || kept.expiresAtMs - MARGIN_MS <= now()) {
      kept = await tokens.clientCredentials({ audience, scope: SCOPE })
    }
    return kept.value
  }
}
