import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openAuditLog } from '@kilde/audit'
import { logIn } from './log.js'

/** A process that gives a row out, over HTTP, only after the record of it is durable. Lives until it is killed. */
export async function serve(directory: string): Promise<void> {
  const log = await openAuditLog(logIn(directory))
  const server = createServer((request, response) => {
    const row = (request.url ?? '').slice(1)
    log
      .append({
        event: 'PATIENT_DATA_READ',
        at: new Date().toISOString(),
        requestId: row,
        requester: { kind: 'citizen', pid: '08825133489', clientId: 'crash-test' },
        patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
        purpose: 'PATRQT',
        classes: ['Observation'],
        items: [row],
        outcome: 'SUCCESS',
      })
      .then(
        () => response.end(row),
        () => response.writeHead(503).end(),
      )
  })
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
  })
}
