import type {
  AuthorizationDetail,
  Settings,
  SignInEndpoints,
  SignInPhase,
  Started,
  TokenAnswer,
} from '../src/settings.js'

/** A problem in words that can be shown as they are. */
export class Problem extends Error {}

export const readSettings = (): Promise<Settings> => ask('settings.json')
export const readSchema = async (): Promise<string> => (await get('schema.graphql')).text()
export const readPhase = (): Promise<SignInPhase> => ask('session')
export const readEndpoints = (): Promise<SignInEndpoints> => ask('session/endpoints')

export const postStart = (body: {
  proof: string
  authorizationDetails: readonly AuthorizationDetail[]
}): Promise<Started> => ask('session/start', body)

export const postToken = (body: { proof: string }): Promise<TokenAnswer> =>
  ask('session/token', body)

/** What to show of anything that was thrown. */
export function wordsOf(problem: unknown): string {
  return problem instanceof Problem
    ? problem.message
    : 'Something unexpected happened in this page. Reload it.'
}

/** A request to this server; without an answer there is a problem in words. */
export async function send(url: string, request: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...request, credentials: 'same-origin' })
  } catch {
    throw new Problem('The gateway does not answer. Is it running?')
  }
}

async function get(path: string, body?: object): Promise<Response> {
  const json = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  const response = await send(path, body === undefined ? {} : json)
  if (!response.ok) throw new Problem(await refusal(response))
  return response
}

// Types are not checked again here: page and back end are built from one source.
async function ask<T>(path: string, body?: object): Promise<T> {
  return (await get(path, body)).json() as Promise<T>
}

async function refusal(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as
    | { errors?: { message?: string }[] }
    | undefined
  return body?.errors?.[0]?.message ?? `The gateway answered with status ${response.status}.`
}
