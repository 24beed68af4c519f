import { type Follower, type LocatedProvider, locateProviders } from '@kilde/catalogue'
import { type Narrowing, narrow } from '../locate/choose.js'
import { classesOf } from './data-class.js'
import type { Fetch, Located } from './stage.js'

/**
 * Which organisations hold data that this requester's organisation may ask for: those with a valid agreement for the class
 * and purpose; for a citizen, all that serve citizens. Located for each class that is asked for; who is located for some
 * of the fields only is asked, and told of, for those alone. There is no index of patients (design.md §4, locate).
 * Where they are many, those who need not be asked are spared (docs/locate.md).
 */
export function createLocate(
  follower: Pick<Follower, 'current'>,
  now: () => number,
): (fetch: Fetch) => Located
export function createLocate(
  follower: Pick<Follower, 'current'>,
  now: () => number,
  narrowing: Narrowing | undefined,
): (fetch: Fetch) => Located | Promise<Located>
export function createLocate(
  follower: Pick<Follower, 'current'>,
  now: () => number,
  narrowing?: Narrowing,
): (fetch: Fetch) => Located | Promise<Located> {
  const locateAll = createLocateAll(follower, now)
  if (!narrowing) return locateAll
  return (fetch) => {
    const located = locateAll(fetch)
    const isAll = located.providers.length <= narrowing.askAllMax || fetch.fields.length === 0
    return isAll ? located : narrow(narrowing, fetch, located)
  }
}

function createLocateAll(
  follower: Pick<Follower, 'current'>,
  now: () => number,
): (fetch: Fetch) => Located {
  return ({ asked, plan, fields }) => {
    const { state, confirmedAtMs, stale } = follower.current()
    const { requester } = asked
    const query = {
      consumer: requester.kind === 'citizen' ? 'citizen' : requester.organization,
      purpose: requester.purpose,
      at: now(),
    }
    const classes = fields.length === 0 ? plan.classes : classesOf(fields)
    const found = classes.map(
      (dataClass) => [dataClass, locateProviders(state, { ...query, dataClass })] as const,
    )
    const [only] = found
    if (only && found.length === 1) return { providers: only[1], confirmedAtMs, stale }
    const byClass = new Map(found)
    const providers = each(found.flatMap(([, located]) => located))
    const isFor = (number: string, dataClass: string): boolean =>
      byClass.get(dataClass)?.some((provider) => provider.number === number) ?? false
    const fieldsOf = new Map(
      providers.map(({ number }) => [
        number,
        fields.map((field) => field.classes.some((dataClass) => isFor(number, dataClass))),
      ]),
    )
    return { providers, fieldsOf, confirmedAtMs, stale }
  }
}

/** Each once, by number. */
function each(providers: readonly LocatedProvider[]): readonly LocatedProvider[] {
  const byNumber = new Map(providers.map((provider) => [provider.number, provider]))
  return [...byNumber.values()].sort((a, b) => (a.number < b.number ? -1 : 1))
}
