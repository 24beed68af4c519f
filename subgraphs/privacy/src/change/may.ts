import type { Action } from '@kilde/privacy'
import { PrivacyError } from '../errors.js'
import type { Standing } from '../settings/may.js'
import type { Statement, StatementKind } from '../settings/statement.js'

/** As what somebody acts, other systems among them. */
export type As = Omit<Standing, 'as'> & { readonly as: Statement['registeredBy'] }

/** What the statement of each kind is to the age rules. */
export const actionOf: Readonly<Record<StatementKind, Action>> = {
  BLOCK: 'BLOCK',
  CONSENT: 'CONSENT',
  RESERVATION: 'RESERVATION',
  REPRESENTATION: 'REPRESENTATION',
}

/** @throws PrivacyError `PRIVACY_NOT_ALLOWED` */
export function requireMay({ may }: As, action: Action): void {
  if (!may.includes(action)) throw new PrivacyError('PRIVACY_NOT_ALLOWED', { detail: action })
}

/** Nobody else lifts what the person has said alone. Throws as `requireMay` does. */
export function requireMayLift(standing: As, { kind, registeredBy }: Statement): void {
  // Whoever may grant a power of attorney may end it.
  requireMay(standing, kind === 'REPRESENTATION' ? 'REPRESENTATION' : 'LIFT')
  if (standing.as !== 'PATIENT' && registeredBy === 'PATIENT') {
    throw new PrivacyError('PRIVACY_NOT_ALLOWED', { detail: 'registered by the person alone' })
  }
}
