import { tokensOf } from '@kilde/contract'
import type { Trend, TrendQuestion } from '../../sources/source.js'
import { DEFAULT_STATUS } from '../arguments.js'
import { completenessOf } from '../connection.js'
import type { AskedField, FieldRequest, Part, PartContext } from './field.js'
import { bucketAnswers } from './trend-answer.js'
import { fillBuckets, WITHDRAWN } from './trend-buckets.js'
import { planTrend, type TrendArguments, type TrendPlan } from './trend-plan.js'

/**
 * `Patient.observationTrend`. Only a gateway asks for rows; without them no withdrawn one is read.
 * @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`
 */
export function askTrend(request: FieldRequest<TrendArguments>): AskedField {
  const { args, patient, selected, foldedRows } = request
  const forMerge = selected.has('TrendBucket.rows') || selected.has('TrendBucket.rest')
  const plan = planTrend(args, forMerge)
  const question: TrendQuestion = {
    patient,
    codes: tokensOf(plan.measurement),
    fromMs: plan.fromMs,
    untilMs: plan.untilMs,
    status: DEFAULT_STATUS.filter((status) => !WITHDRAWN.includes(status)),
    ...(forMerge && { superseding: WITHDRAWN }),
    limit: foldedRows,
  }
  return {
    dataClass: 'Observation',
    async read(source, signal) {
      const trend = await source.trend(question, signal)
      return { known: trend.known, part: (context) => partOf(plan, trend, context) }
    },
  }
}

function partOf(plan: TrendPlan, trend: Trend, context: PartContext): Part {
  const filled = fillBuckets(plan, trend.rows, context)
  const { buckets, leftOut } = filled
  const dropped = filled.dropped + (trend.dropped ?? 0)
  const truncated = trend.more || trend.truncated === true
  const content = {
    unit: plan.unit,
    buckets: bucketAnswers(plan, filled),
    leftOut,
    ...completenessOf({
      ...context,
      asOfMs: trend.asOfMs,
      returned: trend.rows.length - filled.dropped,
      dropped,
      truncated,
    }),
  }
  return {
    edges: [],
    content: () => content,
    items: () => buckets.flatMap(({ rows }) => rows.map(({ id }) => id)),
    isPartial: () => dropped > 0 || truncated,
  }
}
