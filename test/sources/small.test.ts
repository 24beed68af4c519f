import { conformance, type OpenSource } from './conformance.js'
import type { Population } from './facts.js'
import { fillServer } from './fill-server.js'
import { openFhir } from './open-fhir.js'
import { type SmallServerOptions, startSmallServer } from './small-server.js'

const runs = Math.ceil(Number(process.env['KILDE_SOURCES_RUNS'] ?? 60) / 3)
const options = { runs, rows: Number(process.env['KILDE_SOURCES_ROWS'] ?? 120) }
const everything = ['patient', 'status', 'category', 'combo-code', 'date', '_security', '_id']

conformance(
  'a FHIR server that can search by everything, in pages of 25 with names of its own',
  (population) =>
    open(population, {
      ...{ parameters: everything, pageRows: 25 },
      planIncludes: ['CarePlan:goal', 'CarePlan:condition', 'CarePlan:activity-reference'],
    }),
  options,
)

conformance(
  'a FHIR server that can search by patient alone, in pages whose links spell the search out',
  (population) => open(population, { parameters: ['subject'], pageRows: 40, spellsLinks: true }),
  options,
)

conformance(
  'a FHIR server that does not understand `date:missing`',
  (population) =>
    open(population, {
      parameters: everything,
      tamper: (_answer, { form }) =>
        form.has('date:missing') ? { status: 400, body: REFUSED } : undefined,
    }),
  options,
)

const REFUSED = JSON.stringify({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'not-supported' }],
})

async function open(population: Population, options: SmallServerOptions): Promise<OpenSource> {
  const server = await startSmallServer(options)
  const idOf = await fillServer(population, (...resource) => server.create(...resource))
  const source = openFhir({ url: server.url })
  return {
    source,
    idOf,
    async close() {
      await source.close()
      await server.stop()
    },
  }
}
