import type { TokenClient } from '@kilde/trust'
import { honestWays } from './honest.js'
import { type Fault, MARK } from './scene.js'
import type { VirtualTime } from './virtual-time.js'

const NO_TOKEN = 'UNREACHABLE TOKEN_UNAVAILABLE'
/** With the source itself nothing is wrong. */
const play: Fault['play'] = (scene) => honestWays.answers.play(scene)

/** What can happen to the exchange of tokens for one source. */
export const tokenFaults = {
  'gets no token': { told: [], play },
  'gets no token in time': { told: [], play },
} as const satisfies Record<string, Fault>

export interface SimulatedTokens {
  readonly client: TokenClient
  /** What an exchange for this source and request has come to, where it came to nothing. */
  toldOf(source: string, request: string): readonly string[] | undefined
}

export function simulateTokens(
  time: VirtualTime,
  lateMs: number,
  faultOf: (source: string, request: string) => Fault,
): SimulatedTokens {
  const failed = new Map<string, readonly string[]>()
  const exchange: TokenClient['exchange'] = async ({ subjectToken: request, audience }) => {
    const source = audience.replace(/.*:/, '')
    const fault = faultOf(source, request)
    const late = fault === tokenFaults['gets no token in time']
    if (late) failed.set(`${source} ${request}`, ['TIMED_OUT DEADLINE'])
    await time.sleep(late ? lateMs : 3)
    if (late) throw new Error(MARK)
    if (fault !== tokenFaults['gets no token']) {
      return { value: `token of ${request} for ${source}`, expiresAtMs: time.now() + 600_000 }
    }
    failed.set(`${source} ${request}`, [NO_TOKEN])
    throw new Error(MARK)
  }
  return {
    client: {
      exchange,
      proof: { sign: () => '' } as unknown as TokenClient['proof'],
      clientCredentials: () => Promise.reject(new Error(MARK)),
    },
    toldOf: (source, request) => failed.get(`${source} ${request}`),
  }
}
