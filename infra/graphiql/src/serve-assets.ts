import { readFile } from 'node:fs/promises'
import { ServiceError } from '@kilde/service'
import type { FastifyInstance } from 'fastify'

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  woff2: 'font/woff2',
}

// One folder, no path: nothing outside it can be named.
const fileName = /^[\w-][\w.-]*\.(\w+)$/

/** Scripts, styles and fonts of the page, which lie beside their compressed twins. */
export function serveAssets(app: FastifyInstance, folder: string): void {
  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const { name } = request.params
    const type = types[fileName.exec(name)?.[1] ?? '']
    if (type === undefined) throw new ServiceError('NOT_FOUND')
    const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    const content = await read(`${folder}${name}${gzip ? '.gz' : ''}`)
    if (gzip) reply.header('content-encoding', 'gzip')
    // Names hold a hash of the content.
    reply.headers({
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
    return reply.type(type).send(content)
  })
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new ServiceError('NOT_FOUND', { cause })
  }
}
