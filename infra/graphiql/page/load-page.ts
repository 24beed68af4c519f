import { buildSchema, type GraphQLSchema } from 'graphql'
import type { Settings } from '../src/settings.js'
import { readSchema, readSettings } from './back-end.js'
import { createSession, type Session } from './session.js'

export interface Page {
  readonly settings: Settings
  readonly schema: GraphQLSchema
  readonly session: Session
}

/** Everything that is needed before the first paint. The sign-in goes on by itself afterwards. */
export async function loadPage(): Promise<Page> {
  const [settings, sdl] = await Promise.all([readSettings(), readSchema()])
  // Cookies and the redirect back belong to the public address: `localhost` is not `127.0.0.1`.
  if (location.origin !== new URL(settings.publicUrl).origin) {
    location.replace(`${settings.publicUrl}${location.pathname}`)
  }
  const session = createSession()
  void session.resume(takeProblem(settings))
  // Back from the sign-in page without signing in: browsers may bring this page back as it was left.
  addEventListener('pageshow', (event) => {
    if (event.persisted) void session.resume(undefined)
  })
  return { settings, schema: buildSchema(sdl, { assumeValidSDL: true }), session }
}

/** The callback leaves a code behind `#`; it is shown once. */
function takeProblem({ problems }: Settings): string | undefined {
  const code = /^#problem=(\w+)$/.exec(location.hash)?.[1]
  if (code === undefined) return undefined
  history.replaceState(null, '', location.pathname)
  return problems[code]
}
