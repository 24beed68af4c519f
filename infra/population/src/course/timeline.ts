import type { Random } from '../random.js'

/** How a patient fares over the time that is told of. */
export type Course =
  | 'STABLE'
  | 'SLOW_DECLINE'
  | 'EXACERBATION'
  | 'ADMISSION'
  | 'HOSPITAL_AT_HOME'
  | 'DEATH'

/** Where the patient is on a day, and who measures. `NONE`: dead. */
export type Care = 'HOME' | 'WARD' | 'HOSPITAL_AT_HOME' | 'NONE'

export interface DayState {
  /** 0 is the usual state, 1 the worst. */
  readonly severity: number
  readonly care: Care
}

/** Getting worse, being treated, getting better. Days count from 1; `ramp`, `stay` and `recovery` are lengths in days. */
export interface Episode {
  readonly start: number
  readonly ramp: number
  readonly stay: number
  readonly recovery: number
  /** Severity at its worst. */
  readonly height: number
  readonly care: Exclude<Care, 'NONE'>
  readonly fatal: boolean
}

export interface Timeline {
  readonly course: Course
  readonly episodes: readonly Episode[]
  on(day: number): DayState
}

export function timelineOf(course: Course, days: number, random: Random): Timeline {
  const decline = course === 'SLOW_DECLINE' || course === 'DEATH' ? random.between(0.15, 0.4) : 0
  const episodes = episodesOf(course, days, random)
  return {
    course,
    episodes,
    on(day) {
      const drift = decline * (day / days)
      const worse = episodes.reduce((most, one) => Math.max(most, severityIn(one, day)), 0)
      return { severity: Math.min(1, drift + worse * (1 - drift)), care: careOn(episodes, day) }
    },
  }
}

function episodesOf(course: Course, days: number, random: Random): readonly Episode[] {
  if (course === 'STABLE' || course === 'SLOW_DECLINE') return []
  const care = course === 'ADMISSION' || course === 'DEATH' ? 'WARD' : 'HOME'
  const main = episode(course === 'HOSPITAL_AT_HOME' ? course : care, days, random, {
    fatal: course === 'DEATH',
  })
  // In a long time there is room for a lighter one before.
  const room = main.start - 60
  if (room < 20 || !random.chance(0.5)) return [main]
  return [episode('HOME', room, random, { height: random.between(0.3, 0.6) }), main]
}

function episode(
  care: Episode['care'],
  days: number,
  random: Random,
  given: Partial<Episode>,
): Episode {
  const ramp = random.whole(3, 8)
  const stay = care === 'HOME' ? random.whole(1, 3) : random.whole(3, 9)
  // Early enough for its worst to be told of, where there is time for that.
  const latest = Math.max(1, days - ramp - stay)
  const start = given.fatal
    ? Math.max(1, latest - random.whole(0, Math.floor(days / 4)))
    : random.whole(1, latest)
  const height = random.between(care === 'HOME' ? 0.4 : 0.75, care === 'HOME' ? 0.7 : 1)
  return {
    ...{ start, ramp, stay, recovery: random.whole(8, 16), height, care, fatal: false },
    ...given,
  }
}

/** First day of the stay: the worst one. */
export const worstDay = ({ start, ramp }: Episode): number => start + ramp

/** First day after the stay. */
export const endOfStay = (one: Episode): number => worstDay(one) + one.stay

function severityIn(one: Episode, day: number): number {
  const { start, ramp, stay, recovery, height, fatal } = one
  if (day < start) return 0
  if (day <= worstDay(one)) return (height * (day - start)) / ramp
  if (fatal) return height
  if (day < endOfStay(one)) return height * (1 - (0.5 * (day - worstDay(one))) / stay)
  const left = 1 - (day - endOfStay(one)) / recovery
  return left > 0 ? height * 0.5 * left * left : 0
}

function careOn(episodes: readonly Episode[], day: number): Care {
  const now = episodes.find((one) => day >= worstDay(one) && (one.fatal || day < endOfStay(one)))
  if (!now) return 'HOME'
  return now.fatal && day >= endOfStay(now) ? 'NONE' : now.care
}
