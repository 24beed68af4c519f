import { KildeError, type Logger } from '@kilde/service'
import { type Compared, isSame } from './compare-answers.js'
import type { FieldDifference } from './compare-json.js'
import type { ShadowSettings } from './settings.js'

/** What is told of a shadow: how it answered one question, and what came of all. */
export interface ShadowReport {
  compared(list: string, result: Compared): void
  failed(list: string, fault: unknown): void
  skipped(): void
  /** What came of all questions until now, where anything came since it was told last. */
  summary(): void
}

export interface ReportParts {
  readonly logger: Logger
  readonly organization: string
  /** Names of the systems. */
  readonly existing: string
  readonly shadow: string
}

/** Most fields that are counted by name. */
const MOST_FIELDS = 500
const LONGEST_VALUE = 200

/** Lines of the log: ids of rows and names of fields, and what stands in them only where the settings say so. */
export function createReport(parts: ReportParts, settings: ShadowSettings): ShadowReport {
  const { logger, ...systems } = parts
  const sum = { asked: 0, same: 0, differing: 0, failed: 0, skipped: 0 }
  const rows = { same: 0, missing: 0, extra: 0, differing: 0 }
  const fields = new Map<string, number>()
  let isTold = true
  const count = (name: keyof typeof sum): void => {
    sum[name]++
    isTold = false
  }
  return {
    compared(list, result) {
      const same = isSame(result)
      count('asked')
      count(same ? 'same' : 'differing')
      addRows(rows, result)
      for (const field of fieldsIn(result)) {
        if (fields.has(field) || fields.size < MOST_FIELDS) {
          fields.set(field, (fields.get(field) ?? 0) + 1)
        }
      }
      if (!same) logger.info({ ...systems, list, ...lineOf(result, settings) }, DIFFERS)
    },
    failed(list, fault) {
      count('asked')
      count('failed')
      // The message of another error may hold anything.
      const code = fault instanceof KildeError ? fault.code : 'unknown'
      logger.warn({ ...systems, list, code }, 'a shadow source did not answer')
    },
    skipped: () => count('skipped'),
    summary() {
      if (isTold) return
      isTold = true
      const told = Object.fromEntries(fields)
      logger.info({ ...systems, questions: sum, rows, fields: told }, 'a shadow source until now')
    },
  }
}

const DIFFERS = 'a shadow source answers otherwise'

function addRows(rows: Record<'same' | 'missing' | 'extra' | 'differing', number>, of: Compared) {
  rows.same += of.same
  rows.missing += of.missing.length
  rows.extra += of.extra.length
  rows.differing += of.differing.length
}

/** Names without places in lists. */
const fieldsIn = ({ answer, differing }: Compared): readonly string[] =>
  [...answer, ...differing.flatMap(({ fields }) => fields)].map(({ field }) =>
    field.replaceAll(/\[\d+\]/g, ''),
  )

function lineOf(result: Compared, { rows, values }: ShadowSettings) {
  const { same, missing, extra, differing, answer } = result
  const told = (fields: readonly FieldDifference[]) =>
    values ? fields.map(cut) : fields.map(({ field }) => field)
  return {
    counts: {
      ...{ same, missing: missing.length, extra: extra.length, differing: differing.length },
    },
    answer: told(answer),
    missing: missing.slice(0, rows),
    extra: extra.slice(0, rows),
    differing: differing.slice(0, rows).map((one) => ({ ...one, fields: told(one.fields) })),
  }
}

const cut = ({ field, existing, shadow }: FieldDifference) => ({
  ...{
    field,
    existing: existing?.slice(0, LONGEST_VALUE),
    shadow: shadow?.slice(0, LONGEST_VALUE),
  },
})
