import type { FaultName } from './faults.js'
import { type Client, requestId, type Schedule, WIDE } from './schedule.js'
import type { Membership } from './sim-registry.js'

const first = '310000001'
const second = '310000098'

const client: Client = {
  startMs: 0,
  patient: 0,
  operation: 'LIST',
  excludes: false,
  first: 3,
  order: 'NEWEST_FIRST',
  pages: 1,
  gapMs: 10,
  leaves: undefined,
  last: false,
}

interface Laid {
  readonly clients?: readonly Partial<Client>[]
  /** By source, for each page of every client but the last. */
  readonly faults?: Readonly<Record<string, readonly FaultName[]>>
  readonly members?: readonly (readonly [number, Readonly<Record<string, Membership>>])[]
}

/** Two sources and one client, who reads one page; only what differs is named. */
function schedule({ clients = [{}], faults = {}, members = [] }: Laid): Schedule {
  return {
    seed: 1,
    way: 'DIRECT',
    sources: [first, second],
    copies: false,
    limits: WIDE,
    registry: [[0, {}] as const, ...members].map(([fromMs, changed]) => ({
      fromMs,
      stale: false,
      members: new Map<string, Membership>(
        Object.entries({ [first]: 'ACTIVE', [second]: 'ACTIVE', ...changed }),
      ),
    })),
    clients: clients.map((one) => ({ ...client, ...one })),
    faults: new Map(
      clients.flatMap(({ last }, number) =>
        Object.entries(last ? {} : faults).flatMap(([source, names]) =>
          names.map((name, page) => [`${source} ${requestId(number, page)}`, [name, 5]] as const),
        ),
      ),
    ),
  }
}

/** Schedules by which a fault of the gateway was found, cut down to what it takes. */
export const fixedSchedules: Readonly<Record<string, Schedule>> = {
  'A source that a list leaves out is not asked there, whatever becomes of it for another list':
    schedule({
      clients: [{ operation: 'TWO_LISTS' }],
      faults: { [second]: ['sends another JSON'] },
    }),
  'A circuit does not open on a good answer': schedule({
    clients: [
      ...[0, 1_000, 2_000, 3_000].map((startMs) => ({ startMs })),
      { startMs: 20_000, first: 1, pages: 3, last: true },
    ],
    faults: { [second]: ['fails with 500'] },
  }),
}

/** Seeds of whole schedules that once failed, by what was wrong. */
export const fixedSeeds: Readonly<Record<string, number>> = {
  'A row that comes spoilt in one round and whole in another may be shown': 1_002_743,
}
