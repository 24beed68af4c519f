import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createServer, silentLogger } from '@kilde/service'
import { generateKey } from '@kilde/trust'
import { createGraphiql, type GraphiqlOptions } from '../src/index.js'

export const sdl = `type Query {
  """A greeting."""
  hello(name: String): String
}`

export const examples = [
  {
    title: 'A greeting',
    query: 'query Greeting($name: String) { hello(name: $name) }',
    variables: { name: 'Kari' },
  },
]

/** Builds the page where that has not been done, as `npm start` does. */
export function buildPage(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../build-page.mjs', import.meta.url))])
}

export interface Running {
  /** Address of the page, without a slash at the end. */
  readonly url: string
  stop(): Promise<void>
}

/** Where browsers would see the gateway: requests must come from here. */
export const publicUrl = 'http://kilde.test'

/** GraphiQL on a server of its own; nothing answers at its issuer unless one is given. */
export async function startGraphiql(options: Partial<GraphiqlOptions> = {}): Promise<Running> {
  const server = createServer({ logger: silentLogger, bodyLimitBytes: 10_000, health: () => [] })
  const plugin = createGraphiql({
    publicUrl,
    issuer: 'http://127.0.0.1:9',
    clientId: 'kilde-graphiql',
    clientKey: await generateKey(),
    audience: 'kilde:gateway',
    scope: 'openid kilde:gateway/read',
    sdl,
    examples,
    logger: silentLogger,
    ...options,
  })
  await server.app.register(plugin, { prefix: '/graphiql' })
  const origin = await server.listen(0, '127.0.0.1')
  return { url: `${origin}/graphiql`, stop: () => server.stop(100) }
}
