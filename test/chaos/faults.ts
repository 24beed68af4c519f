import { setTimeout as wait } from 'node:timers/promises'
import type { FaultProxy } from '@kilde/demo/test-network'
import type { Random } from '../simulation/random.js'
import type { Holder, World } from './world.js'
import { holders } from './world.js'

const kinds = [
  'killed',
  'paused',
  'cut off',
  'silent',
  'flapping',
  'slow disk',
  'wrong clock',
  'gateway killed',
  'gateway paused',
  'gateway slow disk',
] as const
export type Kind = (typeof kinds)[number]

/** Something that went wrong, from when until when (milliseconds since the start). */
export interface Outage {
  readonly kind: Kind
  readonly at: Holder | 'gateway'
  readonly fromMs: number
  readonly untilMs: number
  /** When it was put right, e.g. had started again. */
  readonly overMs: number
}

/** Outages during which a source cannot answer at all: an answer that was asked for wholly within must say so. */
export const isTotal = ({ kind }: Outage): boolean =>
  kind === 'killed' ||
  kind === 'paused' ||
  kind === 'cut off' ||
  kind === 'silent' ||
  kind === 'wrong clock'

/** Longer than any proof may be old, or ahead of time. */
const SKEW_MS = 10 * 60_000
const FLAP_MS = 150
const SHORTEST_MS = 1_000
const LONGEST_MS = 6_000

/** Makes things go wrong until it is told to stop, at most two at a time, and puts each right again. Answers all that was. */
export async function wreak(
  world: World,
  random: Random,
  isOver: () => boolean,
  now: () => number,
): Promise<readonly Outage[]> {
  const outages: Outage[] = []
  const busy = new Set<string>()
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const outage = choose(random)
      if (!busy.has(outage.at)) {
        busy.add(outage.at)
        const lastsMs = random.between(SHORTEST_MS, LONGEST_MS)
        outages.push({ ...outage, ...(await suffer(world, { ...outage, lastsMs }, now)) })
        busy.delete(outage.at)
      }
      await wait(random.between(500, 3_000))
    }
  }
  await Promise.all([lane(), lane()])
  return outages
}

function choose(random: Random): Pick<Outage, 'kind' | 'at'> {
  const kind = random.pick(kinds)
  const holder = random.pick(holders)
  return { kind, at: kind.startsWith('gateway') ? 'gateway' : holder }
}

interface Suffering extends Pick<Outage, 'kind' | 'at'> {
  readonly lastsMs: number
}

async function suffer(
  { services, proxies }: World,
  { kind, at, lastsMs }: Suffering,
  now: () => number,
): Promise<Pick<Outage, 'fromMs' | 'untilMs' | 'overMs'>> {
  const service = services[at]
  const proxy = at === 'gateway' ? undefined : proxies[at]
  const during = async (begin: () => unknown, end: () => unknown) => {
    await begin()
    const fromMs = now()
    await wait(lastsMs)
    const untilMs = now()
    await end()
    return { fromMs, untilMs, overMs: now() }
  }
  switch (kind) {
    case 'killed':
    case 'gateway killed':
      return during(
        () => service.kill(),
        () => service.start(),
      )
    case 'paused':
    case 'gateway paused':
      return during(
        () => service.pause(),
        () => service.resume(),
      )
    case 'cut off':
      return during(
        () => spoil(proxy, 'cut'),
        () => proxy?.behave('pass'),
      )
    case 'silent':
      return during(
        () => spoil(proxy, 'silent'),
        () => proxy?.behave('pass'),
      )
    case 'flapping': {
      let isCut = false
      const flap = setInterval(() => {
        isCut = !isCut
        proxy?.behave(isCut ? 'cut' : 'pass')
      }, FLAP_MS)
      return during(
        () => undefined,
        () => {
          clearInterval(flap)
          proxy?.behave('pass')
        },
      )
    }
    case 'slow disk':
    case 'gateway slow disk':
      return during(
        () => service.suffer({ diskMs: 400 }),
        () => service.suffer({}),
      )
    case 'wrong clock':
      return during(
        () => service.suffer({ skewMs: SKEW_MS }),
        () => service.suffer({}),
      )
    default:
      return kind satisfies never
  }
}

/** Also what is under way. */
function spoil(proxy: FaultProxy | undefined, how: 'cut' | 'silent'): void {
  proxy?.behave(how)
  proxy?.drop()
}
