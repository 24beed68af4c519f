import { privacyAudience, privacyPaths, privacyScopes } from '@kilde/privacy'
import { z } from 'zod'
import { type DemoFile, readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { fetchFrom } from '../fetch-from.js'
import { findPersona } from '../personas.js'
import { signIn } from '../query/sign-in.js'
import type { Surroundings } from '../surroundings.js'

/** The service itself waits for nodes. */
const TIMEOUT_MS = 30_000

export interface PrivacyOptions {
  readonly as: string
  readonly portBase?: string
}

/** Asks the running demo's privacy service as a citizen. */
export interface PrivacyClient {
  readonly demo: DemoFile
  /** @throws CliError `PRIVACY_REFUSED`, `SERVICE_UNREACHABLE`, `ANSWER_UNUSABLE` */
  readonly ask: <T>(shape: z.ZodType<T>, query: string, variables?: object) => Promise<T>
}

export async function openPrivacy(
  options: PrivacyOptions,
  surroundings: Surroundings,
): Promise<PrivacyClient> {
  const persona = findPersona(options.as)
  const demo = await readDemo(options.portBase, surroundings)
  const target = { audience: privacyAudience, scope: privacyScopes.own }
  const { token, proof } = await signIn(persona, demo, surroundings, target)
  const url = `${demo.privacy}${privacyPaths.graphql}`
  return {
    demo,
    ask: async (shape, query, variables = {}) => {
      const body = Buffer.from(JSON.stringify({ query, variables }))
      const { text } = await fetchFrom('The privacy service', url, (nonce) => ({
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          authorization: `DPoP ${token.value}`,
          dpop: proof.sign({
            ...{ method: 'POST', url, accessToken: token.value, body },
            ...(nonce !== undefined && { nonce }),
          }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }))
      return read(shape, text)
    },
  }
}

const Refusal = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) })

function read<T>(shape: z.ZodType<T>, text: string): T {
  const body = parse(text)
  const refused = Refusal.safeParse(body)
  if (refused.success) {
    throw new CliError('PRIVACY_REFUSED', { text: refused.data.errors[0]?.message ?? '' })
  }
  const answer = z.object({ data: shape }).safeParse(body)
  if (answer.success) return answer.data.data as T
  throw new CliError('ANSWER_UNUSABLE', { text: 'The privacy service’s answer is not usable.' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
