import type { Logger } from '@kilde/service'
import { OrganizationError } from '../errors.js'
import type { ShapeCheck } from '../ingest/fhir-schema.js'
import type { ProfileCheck } from '../ingest/profiles/profile-check.js'
import { combineSources } from './combine/combine.js'
import { openFhirSource } from './fhir/open.js'
import { serverOf } from './fhir/settings.js'
import type { Intake } from './intake.js'
import { fhirOf, type SourcesOfTenant, shadowOfStore } from './settings.js'
import { type Shadow, withShadows } from './shadow/with-shadows.js'
import type { Source } from './source.js'

export interface SourceParts {
  readonly checkShape: ShapeCheck
  /** What rows of FHIR servers must keep, where they must. */
  readonly checkProfiles?: ProfileCheck | undefined
  readonly now: () => number
  readonly logger: Logger
}

/**
 * What the node reads from: the store as it is, or with the organisation's FHIR servers as one; and beside them those that are
 * shadows. What is sent goes to the store, shadow or not.
 */
export function openSources(
  tenant: SourcesOfTenant,
  store: (Source & Intake) | undefined,
  parts: SourceParts,
): Source & Intake {
  const { existing, shadows } = openSides(tenant, store, parts)
  const take: Intake['take'] = store ? (...given) => store.take(...given) : refuse
  const telling = { logger: parts.logger, organization: tenant.number }
  const source = shadows.length === 0 ? existing : withShadows(existing, shadows, telling)
  return source === store ? store : { ...source, take }
}

/** @throws OrganizationError `SOURCE_READ_ONLY` */
const refuse = (): Promise<never> => Promise.reject(new OrganizationError('SOURCE_READ_ONLY'))

/** What answers, as one source, and what is asked beside it. */
export interface Sides {
  readonly existing: Source
  readonly shadows: readonly Shadow[]
}

export function openSides(
  tenant: SourcesOfTenant,
  store: Source | undefined,
  { checkShape, checkProfiles, now }: Omit<SourceParts, 'logger'>,
): Sides {
  const { number: organization } = tenant
  const servers = fhirOf(tenant).map(({ shadow, ...settings }) => ({
    source: openFhirSource({
      ...{ server: serverOf(settings, organization), organization, checkShape, checkProfiles, now },
    }),
    settings: shadow,
  }))
  const all = [...(store ? [{ source: store, settings: shadowOfStore(tenant) }] : []), ...servers]
  const answering = all.flatMap(({ source, settings }) => (settings ? [] : [source]))
  const [only] = answering
  return {
    existing: answering.length === 1 && only ? only : combineSources(answering),
    shadows: all.flatMap(({ source, settings }) => (settings ? [{ source, settings }] : [])),
  }
}
