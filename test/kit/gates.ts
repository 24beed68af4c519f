import type { TestNetworkOptions } from '@kilde/demo/test-network'

type WrapSource = NonNullable<NonNullable<TestNetworkOptions['node']>['wrapSource']>

/** Keeps organisations from reading until they are let: a test says who answers first. */
export interface Gates {
  readonly wrapSource: WrapSource
  /** Organisations that wait from now on. */
  close(...organizations: readonly string[]): void
  open(organization: string): void
  openAll(): void
  /** Resolves when an organisation waits, or has given up waiting where `aborted`. */
  waiting(organization: string): Promise<void>
  aborted(organization: string): Promise<void>
}

interface Gate {
  readonly opened: Resolvable
  readonly waiting: Resolvable
  readonly aborted: Resolvable
}

export function createGates(): Gates {
  const gates = new Map<string, Gate>()
  const gateOf = (organization: string): Gate => {
    const gate = gates.get(organization)
    if (!gate) throw new Error(`${organization} has no gate`)
    return gate
  }
  return {
    wrapSource: (source, organization) => {
      const read: typeof source.read = async (question, signal) => {
        const gate = gates.get(organization)
        if (gate) {
          gate.waiting.resolve()
          signal.addEventListener('abort', () => gate.aborted.resolve(), { once: true })
          await gate.opened.promise
        }
        return source.read(question, signal)
      }
      return new Proxy(source, {
        get: (target, name) => {
          if (name === 'read') return read
          const member: unknown = Reflect.get(target, name)
          return typeof member === 'function' ? member.bind(target) : member
        },
      })
    },
    close(...organizations) {
      for (const organization of organizations) {
        gates.set(organization, { opened: resolvers(), waiting: resolvers(), aborted: resolvers() })
      }
    },
    open(organization) {
      gateOf(organization).opened.resolve()
      gates.delete(organization)
    },
    openAll() {
      for (const organization of gates.keys()) this.open(organization)
    },
    waiting: (organization) => gateOf(organization).waiting.promise,
    aborted: (organization) => gateOf(organization).aborted.promise,
  }
}

interface Resolvable {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

function resolvers(): Resolvable {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
