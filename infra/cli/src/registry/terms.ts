import type { Agreement } from '@kilde/catalogue'

/** What the command line says of agreements. */
export interface TermsOptions {
  readonly purposes?: readonly string[]
  readonly legalBasis?: string
  readonly riskAssessment?: string
}

export interface Terms extends TermsOptions {
  readonly dataClasses: readonly string[]
  /** First day: a date. */
  readonly validFrom: string
  /** Last day: a date. */
  readonly validTo?: string
}

/** One agreement; its id is made of the two numbers, so that saying it again replaces it. */
export function agreementOf(consumer: string, provider: string, terms: Terms): Agreement {
  return {
    id: `${consumer}-${provider}`,
    consumer,
    provider,
    dataClasses: terms.dataClasses,
    purposes: terms.purposes ?? ['TREAT', 'ETREAT', 'COC', 'BTG'],
    legalBasis: terms.legalBasis ?? 'helsepersonelloven § 45, pasientjournalloven § 19',
    riskAssessment: terms.riskAssessment ?? `ROS ${consumer}-${provider} 1.0`,
    validFrom: terms.validFrom,
    ...(terms.validTo !== undefined && { validTo: terms.validTo }),
  }
}

const inOslo = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' })

/** Today's date in Norway, e.g. `2026-01-31`. */
export const today = (nowMs: number): string => inOslo.format(nowMs)
