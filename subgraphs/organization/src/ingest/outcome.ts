import { redactNumbers } from '@kilde/service'
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js'

/** What is wrong with, or worth saying of, one element. */
export interface Issue {
  /** `warning`: taken all the same. */
  readonly severity: 'error' | 'warning' | 'information'
  readonly code: OperationOutcomeIssue['code']
  /** For people. Never repeats an identifier of a person. */
  readonly text: string
  /** FHIRPath of the element, e.g. `Bundle.entry[3].resource.valueQuantity.code`. */
  readonly expression?: string
  /** Canonical URL of the profile that is not kept. */
  readonly profile?: string
}

export const fault = (
  expression: string,
  text: string,
  code: Issue['code'] = 'invalid',
): Issue => ({
  severity: 'error',
  code,
  text,
  expression,
})

export const warning = (expression: string, text: string): Issue => ({
  severity: 'warning',
  code: 'business-rule',
  text,
  expression,
})

export const isFault = ({ severity }: Issue): boolean => severity === 'error'

/** `errorCode`: Kilde's own code of the error, for programs. */
export function operationOutcome(issues: readonly Issue[], errorCode?: string): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map(({ severity, code, text, expression, profile }) => ({
      severity,
      code,
      details: { ...codingOf(errorCode, profile), text: redactNumbers(text) },
      ...(expression !== undefined && { expression: [redactNumbers(expression)] }),
    })),
  }
}

/** For programs: Kilde's own code of an error, or the profile that is not kept. */
function codingOf(errorCode?: string, profile?: string) {
  if (errorCode !== undefined) return { coding: [{ system: 'urn:kilde:error', code: errorCode }] }
  if (profile === undefined) return {}
  return { coding: [{ system: 'urn:kilde:profile', code: redactNumbers(profile) }] }
}
