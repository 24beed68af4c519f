import type { Variables } from '@kilde/contract'
import type { MergedField } from './merge-plan.js'
import { readTrendArguments } from './trend-arguments.js'

/**
 * Rows that a merged field may show: the page of a list, one for each code of the newest, each bucket of a trend, one of what
 * is a single value. What each of so many organisations may have to find, send and have merged.
 * @throws GatewayError `ARGUMENT_OUT_OF_RANGE` where a trend's arguments are not in order
 */
export function rowsOf({ strategy }: Pick<MergedField, 'strategy'>, args: Variables): number {
  switch (strategy) {
    case 'UNION':
      return typeof args['first'] === 'number' ? args['first'] : 50
    case 'LATEST':
      return Array.isArray(args['codes']) ? args['codes'].length : 1
    case 'FOLD':
      return readTrendArguments(args).buckets.length
    case 'PREFER':
      return 1
    case 'EACH':
      return Object.values(args).reduce<number>(
        (rows, value) => Math.max(rows, Array.isArray(value) ? value.length : 1),
        1,
      )
  }
}
