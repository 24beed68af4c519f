import { OrganizationError } from '../errors.js'
import type { ShapeCheck } from '../ingest/fhir-schema.js'
import { combineSources } from './combine/combine.js'
import { openFhirSource } from './fhir/open.js'
import { serverOf } from './fhir/settings.js'
import type { Intake } from './intake.js'
import { fhirOf, type SourcesOfTenant } from './settings.js'
import type { Source } from './source.js'

export interface SourceParts {
  readonly checkShape: ShapeCheck
  readonly now: () => number
}

/** What the node reads from: the store as it is, or with the organisation's FHIR servers as one. What is sent goes to the store. */
export function openSources(
  tenant: SourcesOfTenant,
  store: (Source & Intake) | undefined,
  { checkShape, now }: SourceParts,
): Source & Intake {
  const { number: organization } = tenant
  const servers = fhirOf(tenant).map((settings) =>
    openFhirSource({ server: serverOf(settings, organization), organization, checkShape, now }),
  )
  if (store && servers.length === 0) return store
  const sources = store ? [store, ...servers] : servers
  const [only] = sources
  const source = sources.length === 1 && only ? only : combineSources(sources)
  const take: Intake['take'] = store ? (...given) => store.take(...given) : refuse
  return { ...source, take }
}

/** @throws OrganizationError `SOURCE_READ_ONLY` */
const refuse = (): Promise<never> => Promise.reject(new OrganizationError('SOURCE_READ_ONLY'))
