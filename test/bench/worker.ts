import { readdirSync } from 'node:fs'
import type { Handlers, Held, Role } from './protocol.js'

// A process of the benchmark: takes a role, sets it up with the first message, then answers one message at a time.

interface Message {
  readonly id: number
  readonly name: string
  readonly value: unknown
}

type Create = (setup: never) => Promise<{ readonly info: unknown; readonly handlers: Handlers }>

/** Only what the role needs is loaded: memory is one of the figures. */
async function creatorOf(role: Role): Promise<Create> {
  switch (role) {
    case 'nodes':
      return (await import('./roles/nodes.js')).createNodes
    case 'load':
      return (await import('./roles/load.js')).createLoad
    case 'requesters':
      return (await import('./roles/requesters.js')).createRequesters
    case 'relay':
      return (await import('./roles/relay.js')).createRelay
    case 'engine':
      return (await import('./roles/engine.js')).createEngineServer
    case 'secure':
      return (await import('./roles/secure.js')).createSecure
    case 'apollo':
      return (await import('./roles/apollo.js')).createApollo
    case 'parts':
      return (await import('./roles/parts.js')).createParts
    case 'world':
      return (await import('./roles/world.js')).createWorld
    default:
      return role satisfies never
  }
}

const create = await creatorOf(process.argv[2] as Role)
let handlers: Handlers = {
  setup: async (setup: never) => {
    const made = await create(setup)
    handlers = { held, ...made.handlers }
    return made.info
  },
}

/** What every process answers to. */
function held(): Held {
  const { user, system } = process.cpuUsage()
  return {
    cpuMs: (user + system) / 1_000,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : -1,
  }
}

process.on('message', (message: Message) => {
  void carryOut(message).then((answer) => process.send?.({ id: message.id, ...answer }))
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())

async function carryOut({ name, value }: Message): Promise<{ result?: unknown; fault?: string }> {
  try {
    const handler = handlers[name]
    if (!handler) throw new Error(`nothing answers to ${name}`)
    return { result: await handler(value as never) }
  } catch (fault) {
    return { fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) }
  }
}
