// Stands in for an OpenTelemetry collector where none can be fetched: takes traces (OTLP over HTTP, as JSON) and writes each
// export as a line, as the real one's file exporter does. It is for tests and demonstrations, and tells nobody anything.
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:http'

const FILE = '/var/lib/collector/traces.jsonl'
const LARGEST_FILE = 50_000_000
const LARGEST_EXPORT = 4_000_000

async function answer(request, response) {
  if (request.method === 'GET') return response.end()
  if (request.url !== '/v1/traces') return response.writeHead(404).end()
  try {
    keep(await read(request))
    response.setHeader('content-type', 'application/json').end('{}')
  } catch {
    response.writeHead(400).end()
  }
}

async function read(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > LARGEST_EXPORT) throw new Error('too large')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

/** The file before is kept, and none before that. */
function keep(sent) {
  const size = statSync(FILE, { throwIfNoEntry: false })?.size ?? 0
  if (size > LARGEST_FILE) renameSync(FILE, `${FILE}.1`)
  appendFileSync(FILE, `${JSON.stringify(sent)}\n`)
}

createServer((request, response) => void answer(request, response)).listen(4318, '0.0.0.0')
process.once('SIGTERM', () => process.exit(0))
