import { resourceClasses } from '../../classes/index.js'
import type { ListArguments } from '../arguments.js'
import { type AccessLogArguments, askAccessLog } from './access-log.js'
import { type AvailabilityArguments, askAvailability } from './availability.js'
import { askRows, type RowArguments } from './class-rows.js'
import type { AskedField, AskedOfSeveral, FieldRequest } from './field.js'
import { askLatest, type LatestArguments } from './latest.js'
import { askName } from './name.js'
import { askObservations } from './observations.js'
import { askTrend } from './trend.js'
import type { TrendArguments } from './trend-plan.js'

type Ask = (request: FieldRequest<unknown>) => AskedField | AskedOfSeveral

/** Arguments have been coerced by the contract's types, which say what they are. */
const taking =
  <T>(ask: (request: FieldRequest<T>) => AskedField | AskedOfSeveral): Ask =>
  (request) =>
    ask({ ...request, args: request.args as T })

/** The fields of `Patient` that hold content, and how each is asked for. */
export const patientFields: Readonly<Record<string, Ask>> = {
  observations: taking<ListArguments>(askObservations),
  latestObservations: taking<LatestArguments>(askLatest),
  observationTrend: taking<TrendArguments>(askTrend),
  name: taking<unknown>(askName),
  availability: taking<AvailabilityArguments>(askAvailability),
  accessLog: taking<AccessLogArguments>(askAccessLog),
  ...Object.fromEntries(
    resourceClasses.map((kind) => [
      kind.view.field,
      taking<RowArguments>((request) => askRows(kind, request)),
    ]),
  ),
}
