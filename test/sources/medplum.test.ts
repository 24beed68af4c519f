import { conformance } from './conformance.js'
import { fillServer } from './fill-server.js'
import { startMedplum } from './medplum-server.js'
import { openFhir } from './open-fhir.js'

// Each search evaluates FHIRPath for every row, and sorting for every comparison: few rows and questions, unsorted.
const rows = Math.min(Number(process.env['KILDE_SOURCES_ROWS'] ?? 50), 400)
const runs = Math.ceil(Number(process.env['KILDE_SOURCES_RUNS'] ?? 60) / 6)

// It parses what it is sent: digits of numbers are lost there, not here.
const options = { rows, runs, keepsDigits: false }

conformance(
  'Medplum, everything that it can search by',
  (population) => open(population, {}),
  options,
)

conformance(
  'Medplum with small pages and no links to more: windows of time',
  (population) => open(population, { without: ['_sort'], limits: { pageRows: 50 } }),
  options,
)

async function open(population: Parameters<typeof fillServer>[0], settings: object) {
  const server = await startMedplum()
  const idOf = await fillServer(population, (resource) => server.create(resource))
  const source = openFhir({ url: server.url, ...settings })
  const numbers = population.patients.map(({ identifier }) => identifier.value)
  return {
    source,
    idOf,
    async close() {
      await source.close()
      await server.stop()
      const told = server.requests.find((one) => numbers.some((number) => one.includes(number)))
      if (told !== undefined) throw new Error('a number stood in an address')
    },
  }
}
