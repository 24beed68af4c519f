import { type buildConnector, Client } from 'undici'

/** Why a connection is closed. One for all: an error made each time would cost more than closing. */
const NOTHING_MORE = new Error('nothing more is sent or read')

/**
 * The connections to one address, each for one question at a time. undici's own pool is not used: after a question that was
 * given up it connects anew at once, for nobody, and keeps that connection for seconds.
 */
export class Line {
  readonly url: string
  readonly path: string
  /** The nonce that the source last gave, for the next proof (RFC 9449 §8.2). */
  nonce: string | undefined
  readonly #origin: string
  readonly #connector: buildConnector.connector
  /** The one used last comes first: the others can go when fewer are needed. */
  readonly #idle: Client[] = []
  readonly #busy = new Set<Client>()
  #left = false

  constructor(endpoint: string, connector: buildConnector.connector) {
    this.url = `${endpoint}/graphql`
    const { origin, pathname } = new URL(this.url)
    this.path = pathname
    this.#origin = origin
    this.#connector = connector
  }

  take(): Client {
    const client = this.#idle.pop() ?? this.#connect()
    this.#busy.add(client)
    return client
  }

  /** `whole`: the exchange ended as it should, so that the connection can carry another. */
  give(client: Client, whole: boolean): void {
    this.#busy.delete(client)
    if (whole && !this.#left) this.#idle.push(client)
    else void client.destroy(NOTHING_MORE)
  }

  /** Nothing new is asked here; what is under way goes on to its end. */
  leave(): void {
    this.#left = true
    for (const client of this.#idle.splice(0)) void client.destroy(NOTHING_MORE)
  }

  get isIdle(): boolean {
    return this.#busy.size === 0
  }

  async destroy(): Promise<void> {
    this.leave()
    await Promise.all([...this.#busy].map((client) => client.destroy(NOTHING_MORE)))
  }

  #connect(): Client {
    const client = new Client(this.#origin, {
      pipelining: 1,
      connect: this.#connector,
      // The end signal is the one clock: a slow drip must not restart anything.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    // A connection that its source closed, or that was idle for long, is not kept in mind.
    client.on('disconnect', () => {
      const place = this.#idle.indexOf(client)
      if (place >= 0) this.#idle.splice(place, 1)
    })
    return client
  }
}
