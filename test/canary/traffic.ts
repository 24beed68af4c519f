import { Agent, type IncomingMessage, request } from 'node:http'
import type { FaultProxy, Session, TestNetwork } from '@kilde/demo/test-network'
import { MARK } from './canaries.js'
import { page, type Question, refused, sound, watching } from './questions.js'
import { behaviours } from './rogue.js'

/** What came of the queries: where nothing was asked or answered, finding nothing would prove nothing. */
export interface Traffic {
  readonly asked: number
  /** Answers by HTTP status; `left` counts those that the client did not wait for. */
  readonly statuses: Readonly<Record<string, number>>
  /** Answers in which texts about the patient were to be read. */
  readonly withData: number
}

interface Told {
  readonly status: string
  readonly text: string
}

/** Asks one question as whoever is next. `leave`: goes away as soon as something of the answer is there. */
type Ask = (question: Question, leave?: boolean) => Promise<Told>

const AT_ONCE = 4
const PEOPLE = ['nurse', 'hospital-doctor', 'gp', 'secretary'] as const

/** Asks so many queries, as people of several organisations would, while sources behave and misbehave. */
export async function makeTraffic(network: TestNetwork, queries: number): Promise<Traffic> {
  const sessions = await Promise.all(PEOPLE.map((who) => network.signIn(who)))
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const misbehave = rogues(network)
  const statuses: Record<string, number> = {}
  let asked = 0
  let withData = 0
  const ask: Ask = async (question, leave = false) => {
    const session = sessions[asked++ % sessions.length]
    if (!session) throw new RangeError('nobody is signed in')
    const told = await send(`${network.gateway}/graphql`, { session, agent, question, leave })
    statuses[told.status] = (statuses[told.status] ?? 0) + 1
    if (told.text.includes(MARK)) withData += 1
    return told
  }
  const worker = async (): Promise<void> => {
    while (asked < queries) {
      misbehave(asked)
      await askNext(ask, asked)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  agent.destroy()
  return { asked, statuses, withData }
}

async function askNext(ask: Ask, at: number): Promise<void> {
  if (at % 10 === 3) return turnPages(ask)
  const make = at % 3 === 2 ? refused[at % refused.length] : sound[at % sound.length]
  if (make) await ask(at % 4 === 0 ? asEvents(make(at)) : make(at), at % 10 === 6)
  // A subscription has no end of its own: it is left with its first event.
  if (at % 25 === 0) await ask(asEvents(watching()), true)
}

const asEvents = (question: Question): Question => ({
  ...question,
  headers: { ...question.headers, accept: 'text/event-stream' },
})

async function turnPages(ask: Ask): Promise<void> {
  const { text } = await ask(page())
  const [, cursor] = /"endCursor":"([^"]+)"/.exec(text) ?? []
  if (cursor !== undefined) await ask(page(cursor))
}

/** Lets one source after the other misbehave, each time in another way, for twenty queries each. */
function rogues({ faults }: TestNetwork): (at: number) => void {
  const proxies = Object.values(faults) as readonly FaultProxy[]
  let answer = '{}'
  const remember = {
    change: (body: string) => {
      answer = body
      return body
    },
  }
  const ways = behaviours(() => answer)
  let turn = -1
  return (at) => {
    if (turn === Math.floor(at / 20)) return
    turn = Math.floor(at / 20)
    for (const proxy of proxies) proxy.behave(remember)
    const way = ways[turn % ways.length]
    if (way) proxies[turn % proxies.length]?.behave(way)
  }
}

interface Sent {
  readonly session: Session
  readonly agent: Agent
  readonly question: Question
  readonly leave: boolean
}

function send(url: string, { session, agent, question, leave }: Sent): Promise<Told> {
  const { token, proof } = session
  const body = Buffer.from(question.body)
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    authorization: `DPoP ${token.value}`,
    dpop: proof.sign({ method: 'POST', url, accessToken: token.value, body }),
    ...question.headers,
  }
  return new Promise((resolve) => {
    const gone = (): void => resolve({ status: 'left', text: '' })
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      if (leave) answer.once('data', () => outgoing.destroy())
      else read(answer).then((text) => resolve({ status: `${answer.statusCode}`, text }), gone)
    })
    outgoing.once('error', gone)
    if (leave) outgoing.once('close', gone)
    outgoing.end(body)
    // Half of those who leave do not even wait for the first byte.
    if (leave && body.length % 2 === 0) setTimeout(() => outgoing.destroy(), 15)
  })
}

async function read(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
