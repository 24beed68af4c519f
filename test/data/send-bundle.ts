import { type OrganizationKey, organizations } from '@kilde/people'
import type { Bundle, BundleEntry, FhirResource, OperationOutcomeIssue } from 'fhir/r4.js'
import type { WatchedNetwork } from '../kit/network.js'
import { signedPost } from '../kit/signed-post.js'

/** What a node said of a Bundle. */
export interface BundleAnswer {
  readonly status: number
  /** HTTP status of each entry, e.g. `201 Created`. */
  readonly entries: readonly EntryAnswer[]
  /** Issues about the Bundle as a whole. */
  readonly issues: readonly Issue[]
}

export interface EntryAnswer {
  readonly status: string
  readonly location: string | undefined
  readonly issues: readonly Issue[]
}

/** `severity code: element text` of an issue, where nothing is left out. */
export type Issue = string

/** Gives a Bundle to an organisation, as its own systems would. */
export async function sendBundle(
  network: WatchedNetwork,
  key: OrganizationKey,
  bundle: object,
): Promise<BundleAnswer> {
  const { number } = organizations[key]
  const tokens = network.tokensOf(`kilde-ingest-${number}`)
  const audience = `kilde:organization:${number}`
  const { value: token } = await tokens.clientCredentials({
    audience,
    scope: 'kilde:organization/write',
  })
  const { status, text } = await signedPost({
    url: `${network.endpoints[key]}/fhir`,
    body: JSON.stringify(bundle),
    token,
    proof: tokens.proof,
    headers: { 'content-type': 'application/fhir+json' },
  })
  const answer = JSON.parse(text) as Bundle | { issue: OperationOutcomeIssue[] }
  if ('issue' in answer) return { status, entries: [], issues: issuesOf(answer) }
  return { status, entries: (answer.entry ?? []).map(entryAnswer), issues: [] }
}

function entryAnswer({ response }: BundleEntry): EntryAnswer {
  const outcome = response?.outcome as { issue: OperationOutcomeIssue[] } | undefined
  return {
    status: response?.status ?? '',
    location: response?.location,
    issues: outcome ? issuesOf(outcome) : [],
  }
}

const issuesOf = ({
  issue,
}: {
  readonly issue: readonly OperationOutcomeIssue[]
}): readonly Issue[] =>
  issue.map(({ severity, code, expression, details }) => {
    const element = expression?.[0]?.replace(/^Bundle\.entry\[\d+\]\./, '')
    return [`${severity} ${code}:`, element, details?.text]
      .filter((part) => part !== undefined)
      .join(' ')
  })

/** A batch of resources, each sent anew. */
export function batchOf(resources: readonly object[], type: Bundle['type'] = 'batch'): object {
  const entry = resources.map((resource) => ({
    resource: resource as FhirResource,
    request: { method: 'POST' as const, url: 'Observation' },
  }))
  return { resourceType: 'Bundle', type, entry }
}

/** The same resource about somebody else: subjects in the examples are numbers of no person. */
export function about<T extends object>(identifier: string, resource: T): T {
  const subject = { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: identifier } }
  return { ...resource, subject }
}
