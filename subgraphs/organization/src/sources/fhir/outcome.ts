import { z } from 'zod'
import { type FaultKind, FhirFault } from './fault.js'

const outcome = z.object({
  resourceType: z.literal('OperationOutcome'),
  issue: z
    .array(
      z.object({
        severity: z.string().max(20),
        code: z.string().max(50),
        details: z
          .object({
            coding: z
              .array(z.object({ system: z.string().optional(), code: z.string().optional() }))
              .optional(),
          })
          .optional(),
      }),
    )
    .max(100),
})

type Issue = z.infer<typeof outcome>['issue'][number]

/** The welfare technology hub's own codes (`vkp-operation-outcome-v090`), by their first figure. */
const VKP = /vkp-operation-outcome/
const VKP_KINDS: Readonly<Record<string, FaultKind>> = {
  '1': 'REFUSED',
  '2': 'SEARCH_REFUSED',
  '3': 'UNREACHABLE',
}

/** FHIR's issue types that say more than the HTTP status (R4 §2.28.4.1). */
const KINDS: Readonly<Record<string, FaultKind>> = {
  ...{ security: 'REFUSED', login: 'REFUSED', forbidden: 'REFUSED', suppressed: 'REFUSED' },
  ...{ expired: 'REFUSED', unknown: 'REFUSED', 'session-expired': 'REFUSED' },
  ...{ 'too-costly': 'SEARCH_REFUSED', 'too-long': 'SEARCH_REFUSED', invalid: 'SEARCH_REFUSED' },
  ...{ 'not-supported': 'SEARCH_REFUSED', value: 'SEARCH_REFUSED', structure: 'SEARCH_REFUSED' },
  ...{ transient: 'UNREACHABLE', throttled: 'UNREACHABLE', timeout: 'UNREACHABLE' },
  ...{ exception: 'UNREACHABLE', 'no-store': 'UNREACHABLE', 'lock-error': 'UNREACHABLE' },
}

/** What an answer with another status than 200 means. */
export function faultOf(status: number, text: string): FhirFault {
  const issue = faultsIn(tryJson(text))[0]
  const told = issue && kindOf(issue)
  const codes = issue ? `${status} ${codesOf(issue)}` : String(status)
  return new FhirFault(kindOfStatus(status) ?? told ?? 'INVALID', codes)
}

/** The first error that a Bundle tells of beside its rows. A warning leaves the rows as good as they are. */
export function faultBeside(resource: unknown): FhirFault | undefined {
  const issue = faultsIn(resource)[0]
  return issue && new FhirFault(kindOf(issue) ?? 'INVALID', codesOf(issue))
}

/** Where it decides by itself. A 400 or 422 may mean anything: then the issue does. */
function kindOfStatus(status: number): FaultKind | undefined {
  if (status === 401 || status === 403) return 'REFUSED'
  if (status === 408 || status === 429 || status >= 500) return 'UNREACHABLE'
  if (status === 404 || status === 405 || status === 410 || status < 400) return 'INVALID'
  return undefined
}

function kindOf({ code, details }: Issue): FaultKind | undefined {
  const own = details?.coding?.find(({ system }) => VKP.test(system ?? ''))?.code?.[0]
  return (own === undefined ? undefined : VKP_KINDS[own]) ?? KINDS[code]
}

/** Codes are of closed sets; what is none is not repeated. */
function codesOf({ code, details }: Issue): string {
  const own = (details?.coding ?? []).flatMap((coding) => coding.code ?? [])
  return [code, ...own].filter((one) => /^[A-Za-z][a-z-]{1,30}$|^\d(\.\d)?$/.test(one)).join(' ')
}

function faultsIn(resource: unknown): readonly Issue[] {
  const read = outcome.safeParse(resource)
  if (!read.success) return []
  return read.data.issue.filter(({ severity }) => severity === 'error' || severity === 'fatal')
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
