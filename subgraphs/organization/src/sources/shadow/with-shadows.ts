import type { Source } from '../source.js'
import { type Beside, type Look, openBeside } from './beside.js'
import {
  compareClassPages,
  compareLatest,
  compareNames,
  comparePages,
  compareTrends,
} from './compare-answers.js'
import { createReport, type ReportParts } from './report.js'
import type { ShadowSettings } from './settings.js'

/** A source that is asked beside those that answer. */
export interface Shadow {
  readonly source: Source
  readonly settings: ShadowSettings
}

/**
 * Answers from the existing source alone, and asks each shadow the same question afterwards, closed rows included: what they say
 * otherwise goes into the log. A shadow delays no answer and changes none, whatever it does; where the existing source fails,
 * nobody else is asked.
 */
export function withShadows(
  existing: Source,
  shadows: readonly Shadow[],
  parts: Omit<ReportParts, 'existing' | 'shadow'>,
): Source {
  const all = shadows.map(({ source, settings }): Beside => {
    const systems = { existing: existing.system, shadow: source.system }
    return openBeside(source, settings, createReport({ ...parts, ...systems }, settings))
  })
  const beside = async <T>(
    list: string,
    answered: Promise<T>,
    look: (answer: T) => Look,
  ): Promise<T> => {
    const answer = await answered
    for (const one of all) one.look(list, look(answer))
    return answer
  }
  return {
    ...existing,
    read: (question, signal) =>
      beside(
        'observations',
        existing.read(question, signal),
        (answer) => async (shadow, end) =>
          comparePages(question, answer, await shadow.read(question, end)),
      ),
    latest: (question, signal) =>
      beside(
        'latest',
        existing.latest(question, signal),
        (answer) => async (shadow, end) =>
          compareLatest(question, answer, await shadow.latest(question, end)),
      ),
    trend: (question, signal) =>
      beside(
        'trend',
        existing.trend(question, signal),
        (answer) => async (shadow, end) => compareTrends(answer, await shadow.trend(question, end)),
      ),
    rows: (question, signal) =>
      beside(
        question.class,
        existing.rows(question, signal),
        (answer) => async (shadow, end) =>
          compareClassPages(question, answer, await shadow.rows(question, end)),
      ),
    names: (question, signal) =>
      beside(
        'names',
        existing.names(question, signal),
        (answer) => async (shadow, end) => compareNames(answer, await shadow.names(question, end)),
      ),
    close: async () => {
      await Promise.all(all.map((one) => one.close()))
      await existing.close()
    },
  }
}
