import { GatewayError } from '../errors.js'
import type { Below } from './select.js'

export const unsupported = (detail: string): GatewayError =>
  new GatewayError('UNSUPPORTED_FETCH', { detail })

/** @throws GatewayError `UNSUPPORTED_FETCH` for what is no object */
export function objectOf(below: Below | undefined): Extract<Below, { kind: 'OBJECT' }> {
  if (below?.kind !== 'OBJECT') throw unsupported('a patient that is no object')
  return below
}
