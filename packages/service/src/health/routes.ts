import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServiceError } from '../errors.js'
import { isSameText } from '../same-text.js'
import { createHistory } from './history.js'
import type { Operation } from './operation.js'
import { type HealthReport, healthPage, statusOf } from './page.js'
import { isBroken, type PartHealth } from './part.js'

export interface HealthRoutes {
  readonly health: () => readonly PartHealth[]
  readonly stopping: () => boolean
  readonly operation?: Operation | undefined
}

/** A part that is ill for less than this between two questions is not told of (milliseconds). */
const LOOK_MS = 1_000

/** `/health/live` and `/health/ready` for whoever balances loads, `/health/parts` for operators. */
export function addHealth(app: FastifyInstance, routes: HealthRoutes): void {
  const { stopping, operation } = routes
  const watches = operation?.watches ?? []
  const watched = () => watches.map((watch) => watch.health())
  const health = () => [...routes.health(), ...watched(), ...(operation?.more() ?? [])]
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const parts = [...routes.health(), ...watched().filter(isBroken)]
    const ok = !stopping() && !parts.some(isBroken)
    return reply.code(ok ? 200 : 503).send({
      status: stopping() ? 'stopping' : ok ? 'ready' : 'not ready',
      parts: parts.map(readyPart),
    })
  })
  app.addHook('onListen', async () => {
    for (const watch of watches) watch.start()
  })
  app.addHook('onClose', async () => {
    for (const watch of watches) watch.stop()
  })
  if (operation?.token !== undefined)
    addParts(app, health, { ...operation, token: operation.token, stopping })
}

/** A warning changes nothing for who has to choose a replica. */
function readyPart(part: PartHealth): Pick<PartHealth, 'name' | 'ok' | 'note'> {
  const { name, note } = part
  return { name, ok: !isBroken(part), ...(note !== undefined && { note }) }
}

interface PartsRoute extends Operation {
  readonly token: string
  readonly stopping: () => boolean
}

function addParts(
  app: FastifyInstance,
  health: () => readonly PartHealth[],
  { token, stopping, service, now }: PartsRoute,
): void {
  const startedAt = new Date(now()).toISOString()
  const history = createHistory(health, now)
  const looking = setInterval(() => void history.look(), LOOK_MS)
  looking.unref()
  app.addHook('onClose', async () => clearInterval(looking))
  app.get('/health/parts', async (request, reply) => {
    requireOperator(request, reply, token)
    const parts = history.look()
    const status = statusOf(parts, stopping())
    const report: HealthReport = {
      ...{ service, status, now: new Date(now()).toISOString(), startedAt, parts },
    }
    if (!request.headers.accept?.includes('text/html')) return reply.send(report)
    return reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      )
      .send(healthPage(report))
  })
}

/** @throws ServiceError `OPERATOR_UNKNOWN` */
function requireOperator({ headers }: FastifyRequest, reply: FastifyReply, token: string): void {
  const given = tokenIn(headers.authorization ?? '')
  if (given !== undefined && isSameText(given, token)) return
  reply.header('www-authenticate', 'Basic realm="health", Bearer realm="health"')
  throw new ServiceError('OPERATOR_UNKNOWN')
}

/** Browsers ask for a name and a password, and send both; the name is anybody's. */
function tokenIn(authorization: string): string | undefined {
  const [scheme = '', value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':')
}
