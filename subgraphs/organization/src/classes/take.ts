import type { PatientIdentifier } from '@kilde/contract'
import type { FhirResource, Reference } from 'fhir/r4.js'
import { type SentEntry, typeOf } from '../ingest/entry.js'
import type { Issue } from '../ingest/outcome.js'
import { subjectOf } from '../ingest/references.js'
import { namesIn } from './references.js'
import type { Claim, ClassIntake, SaidIdentity } from './resource-class.js'

interface Taking {
  readonly issues: readonly Issue[]
  /** Whose it is, or why that is not known. */
  readonly subject: PatientIdentifier | Issue
  readonly authors: readonly Reference[]
  /** What is kept of it, where that is not all. */
  readonly keep?: FhirResource | undefined
  readonly codes?: readonly string[] | undefined
  readonly identity?: SaidIdentity | undefined
}

/** A resource that the class takes, if nothing is wrong with it. */
export function claimOf({ issues, subject, authors, keep, codes, identity }: Taking): Claim {
  const isIssue = 'severity' in subject
  return {
    takes: true,
    issues: isIssue ? [...issues, subject] : issues,
    patients: isIssue ? [] : [subject],
    authors,
    ...(keep && { keep }),
    ...(codes && { codes }),
    ...(identity && { identity }),
  }
}

/** A resource about a patient, whichever of FHIR's names the element has. */
interface AboutPatient {
  readonly resourceType: string
  readonly subject?: Reference | undefined
  readonly patient?: Reference | undefined
}

/** How each resource of a class is taken that stands for itself. */
export interface TakeEach<Resource> {
  readonly types: readonly string[]
  readonly many?: ClassIntake['many']
  /** What FHIR R4 demands and its JSON schema cannot say (at least that required codes are there), and what is odd. */
  readonly check: (resource: Resource, at: string) => readonly Issue[]
  /** Who answers for it, the author first. */
  readonly authorsOf: (resource: Resource) => readonly (Reference | undefined)[]
  /** What is kept of it, where that is not all. */
  readonly keep?: (resource: Resource) => FhirResource
}

/** The intake of a class that takes every resource of its types. */
export function takeEach<Resource extends AboutPatient>(kind: TakeEach<Resource>): ClassIntake {
  const { types, many, check, authorsOf, keep } = kind
  return {
    types,
    ...(many && { many }),
    open: ({ neighbours }) => {
      return (entry, at) => {
        const resource = entry.resource as Resource
        const { subject = resource.patient } = resource
        return claimOf({
          issues: check(resource, at),
          authors: authorsOf(resource).filter((one) => one !== undefined),
          subject: subjectOf({ ...resource, subject }, neighbours, at),
          keep: keep?.(resource),
        })
      }
    },
  }
}

/** What references may call an entry of the Bundle. Its resource is not checked yet. */
export function namesOfEntry({ fullUrl, resource, request }: SentEntry): readonly string[] {
  const type = typeOf(resource) ?? ''
  const { id } = resource as { readonly id?: unknown }
  return [
    ...(fullUrl === undefined ? [] : namesIn({ reference: fullUrl })),
    ...(typeof id === 'string' ? [`${type}/${id}`] : []),
    ...(request ? [request.url] : []),
  ]
}
