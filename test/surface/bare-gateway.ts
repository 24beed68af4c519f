import {
  createEngine,
  createPlan,
  type DocumentLimits,
  documentLimits,
  gatewayErrors,
} from '@kilde/gateway'
import { KildeError, serviceErrors, silentLogger } from '@kilde/service'

type Request = Parameters<ReturnType<typeof createPlan>>[0]

/** A gateway from the body of a request to its answer: without HTTP, tokens and audit, over a registry that knows nobody. */
export interface BareGateway {
  /**
   * What becomes of a body: `carried out`, the code of a refusal, or the codes within the answer.
   * @throws whatever is no refusal: a crash
   */
  ask(body: string | Uint8Array): Promise<string>
  stop(): Promise<void>
}

export interface BareOptions {
  readonly limits?: DocumentLimits
  /** How long one operation may be planned (milliseconds). Default: as the gateway does. */
  readonly planningMs?: number
}

/** Everything is planned by Apollo (the general way), also what the gateway plans by itself. */
export async function startBareGateway(options: BareOptions = {}): Promise<BareGateway> {
  const state = { version: 1, issuedAt: '2026-01-01T00:00:00Z' }
  const content = { organizations: [], agreements: [], memberships: [] }
  const engine = await createEngine({
    way: 'GENERAL',
    follower: {
      current: () => ({ state: { ...state, ...content }, confirmedAtMs: Date.now(), stale: false }),
    },
    ask: () => {
      throw new Error('nobody is there to be asked')
    },
    cursorKeys: { current: Buffer.alloc(32, 1) },
    handleKey: Buffer.alloc(32, 2),
    sourceTimeoutMs: 60_000,
    requestTimeoutMs: 60_000,
    ...(options.planningMs !== undefined && { planningMs: options.planningMs }),
    errors: { ...serviceErrors, ...gatewayErrors },
    logger: silentLogger,
    now: Date.now,
  })
  await engine.start()
  const plan = createPlan(options.limits ?? documentLimits)
  return {
    async ask(body) {
      try {
        const { errorCodes } = await engine.run(await plan(requestOf(body)))
        return errorCodes.length === 0 ? 'carried out' : [...new Set(errorCodes)].join(' ')
      } catch (fault) {
        if (fault instanceof KildeError) return String(fault.code)
        throw fault
      }
    },
    stop: () => engine.stop(),
  }
}

function requestOf(body: string | Uint8Array): Request {
  return {
    requestId: 'r',
    receivedAtMs: Date.now(),
    signal: new AbortController().signal,
    body: Buffer.from(body as string),
    requester: { kind: 'professional', subject: 's', purpose: 'TREAT', organization: '999999999' },
  } as unknown as Request
}

/** CPU time of this process (milliseconds): what others on the machine do does not count. */
export async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
