import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RequestTrace, Telemetry } from './telemetry.js'

/** A span for each request but those for health, which come all the time and tell nothing. */
export function traceRequests(app: FastifyInstance, telemetry: Telemetry): void {
  if (!telemetry.isOn) return
  const traces = new WeakMap<FastifyRequest, RequestTrace>()
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/health')) return done()
    const { method, headers } = request
    const trace = telemetry.receive({ method, traceparent: headers['traceparent'] })
    traces.set(request, trace)
    // Also where the caller leaves before its answer.
    reply.raw.once('close', () => trace.end(reply.raw.statusCode, request.routeOptions.url))
    trace.run(done)
  })
  // Receiving the body leaves what the hook above entered.
  app.addHook('preValidation', (request, _reply, done) => {
    const trace = traces.get(request)
    if (trace) trace.run(done)
    else done()
  })
}
