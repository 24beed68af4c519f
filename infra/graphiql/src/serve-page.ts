import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { clientSdl } from './client-sdl.js'
import { GraphiqlError, graphiqlErrors } from './errors.js'
import type { GraphiqlOptions } from './options.js'
import { serveAssets } from './serve-assets.js'
import type { Settings } from './settings.js'

// The same place seen from `src` and from `dist`.
const pageFolder = fileURLToPath(new URL('../dist/page/', import.meta.url))

/** The built page, what it shows, and the schema as a file: all readable without signing in. */
export function servePage(app: FastifyInstance, options: GraphiqlOptions): void {
  const settings = settingsOf(options)
  const sdl = clientSdl(options.sdl)
  app.get('/', { prefixTrailingSlash: 'no-slash' }, (_request, reply) =>
    reply.redirect(`${app.prefix}/`, 308),
  )
  app.get('/', { prefixTrailingSlash: 'slash' }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(await readPage()),
  )
  app.get('/settings.json', async () => settings)
  app.get('/schema.graphql', (_request, reply) =>
    reply.type('application/graphql; charset=utf-8').send(sdl),
  )
  serveAssets(app, `${pageFolder}assets/`)
}

function settingsOf(options: GraphiqlOptions): Settings {
  const { SIGN_IN_EXPIRED, SIGN_IN_MISMATCH } = graphiqlErrors
  return {
    publicUrl: options.publicUrl,
    graphqlUrl: `${options.publicUrl}/graphql`,
    examples: options.examples,
    attests: options.attests ?? [],
    problems: { SIGN_IN_EXPIRED: SIGN_IN_EXPIRED.text, SIGN_IN_MISMATCH: SIGN_IN_MISMATCH.text },
  }
}

async function readPage(): Promise<string> {
  try {
    return await readFile(`${pageFolder}index.html`, 'utf8')
  } catch (cause) {
    throw new GraphiqlError('PAGE_NOT_BUILT', { cause })
  }
}
