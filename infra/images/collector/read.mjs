// Writes what the collector got and what every service that is named tells of itself: `{"traces": […], "metrics": {…}}`.
import { readFile } from 'node:fs/promises'

const lines = (await readFile('/var/lib/collector/traces.jsonl', 'utf8')).split('\n')
const metrics = await Promise.all(
  process.argv.slice(2).map(async (service) => [service, await metricsOf(service)]),
)
// Of what is being written, the last line may not be whole.
const traces = lines.slice(0, -1).map((line) => JSON.parse(line))
process.stdout.write(JSON.stringify({ traces, metrics: Object.fromEntries(metrics) }))

/** As Prometheus reads them; why not, where they cannot be read. */
async function metricsOf(service) {
  try {
    const response = await fetch(`http://${service}:9464/metrics`)
    return await response.text()
  } catch (error) {
    return `not read: ${error.cause?.code ?? error.message}`
  }
}
