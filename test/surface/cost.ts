import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { cpuMsOf } from './bare-gateway.js'
import { graphql, identifier, type Sending, type Surface } from './setting.js'
import { strangersTo } from './strangers.js'

/** What one refused request costs (milliseconds of CPU). */
export interface Refusal {
  readonly name: string
  readonly cpuMs: number
}

const BATCH = 50
const query =
  'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations { complete } } }'

/**
 * CPU time of requests of strangers: the median of batches. Client and gateway are one process, so what sending costs is in it:
 * the gateway's own part is less than what this says.
 */
export async function costOfRefusals(
  surface: Surface,
  requests: number,
): Promise<readonly Refusal[]> {
  const body = graphql(query, { identifier }).body ?? ''
  const found: Refusal[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const authorization = `DPoP ${surface.session.token.value}`
  const post = (headers: Headers): Promise<void> =>
    refused(surface.url, agent, body, {
      'content-type': 'application/json',
      authorization,
      ...headers,
    })
  for (const { name, headers } of await strangersTo(surface)) {
    const batch = async (): Promise<number> => {
      // Proofs are made before: their signatures are the client's work.
      const made = Array.from({ length: BATCH }, () => headers(body))
      const cpuMs = await cpuMsOf(async () => {
        for (const one of made) await post(one)
      })
      return cpuMs / BATCH
    }
    // What comes first is compiled meanwhile.
    for (let warm = 0; warm < (found.length === 0 ? 20 : 2); warm += 1) await batch()
    const batches: number[] = []
    while (batches.length * BATCH < requests) batches.push(await batch())
    batches.sort((one, other) => one - other)
    found.push({ name, cpuMs: batches[Math.floor(batches.length / 2)] ?? Number.NaN })
  }
  agent.destroy()
  return found
}

type Headers = NonNullable<Sending['headers']>

/** Sends as cheaply as Node can. @throws where it is not refused */
async function refused(url: string, agent: Agent, body: string, headers: Headers): Promise<void> {
  const kept = Object.entries(headers).filter(
    (one): one is [string, string] => one[1] !== undefined,
  )
  const outgoing = request(url, { method: 'POST', agent, headers: Object.fromEntries(kept) })
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  if (answer.statusCode !== 401) throw new Error(`answered with ${answer.statusCode}`)
}
