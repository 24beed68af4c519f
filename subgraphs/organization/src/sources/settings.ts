import { z } from 'zod'
import { fhirProblems, fhirSettings, serverOf } from './fhir/settings.js'
import { type ShadowSettings, shadowSettings } from './shadow/settings.js'

/** Asked beside the sources that answer, and never answering itself. */
const shadow = shadowSettings.optional()

/** What an organisation's rows come from: one source, or several that are read as one. */
export const sourceList = z
  .array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('embedded'), shadow }),
      z.strictObject({ kind: z.literal('postgresql'), shadow }),
      fhirSettings.extend({ shadow }),
    ]),
  )
  .min(1)
  .max(5)

export type SourceList = z.infer<typeof sourceList>

/** One organisation, as far as its sources are concerned. */
export interface SourcesOfTenant {
  readonly number: string
  readonly databaseUrl?: string | undefined
  readonly sources?: SourceList | undefined
}

type FhirServerSettings = Extract<SourceList[number], { readonly kind: 'fhir' }>

export const fhirOf = ({ sources = [] }: SourcesOfTenant): readonly FhirServerSettings[] =>
  sources.filter((one) => one.kind === 'fhir')

/** How the store is asked beside the other sources, where it is. */
export const shadowOfStore = ({ sources = [] }: SourcesOfTenant): ShadowSettings | undefined =>
  sources.find(({ kind }) => kind !== 'fhir')?.shadow

/** Whether Kilde keeps rows for it, in a database. Where nothing is said of sources, it does. */
export const hasStore = ({ sources }: SourcesOfTenant): boolean =>
  sources?.some(({ kind }) => kind !== 'fhir') ?? true

/** Whether that database is an embedded one. */
export const isEmbedded = (tenant: SourcesOfTenant): boolean =>
  hasStore(tenant) && tenant.databaseUrl === undefined

export interface SourceSurroundings {
  /** Name of the setting for messages. */
  readonly setting: (tenant: SourcesOfTenant) => string
  readonly production: boolean
  /** Whether access logs are kept in the organisations' databases. */
  readonly logsInDatabase: boolean
}

/** What is wrong with the sources of the organisations of a node, all at once. */
export function sourceProblems(
  tenants: readonly SourcesOfTenant[],
  surroundings: SourceSurroundings,
): readonly string[] {
  return [
    ...tenants.flatMap((tenant) => problemsOf(tenant, surroundings)),
    ...sharedServers(tenants, surroundings),
  ]
}

function problemsOf(
  tenant: SourcesOfTenant,
  { setting, production, logsInDatabase }: SourceSurroundings,
): readonly string[] {
  const { sources = [], databaseUrl } = tenant
  const at = setting(tenant)
  const kinds = sources.map(({ kind }) => kind)
  const problems = sources.flatMap((one, index) =>
    one.kind === 'fhir' ? fhirProblems(one, `${at}[${index}]`, production) : [],
  )
  if (sources.length > 0 && sources.every((one) => one.shadow)) {
    problems.push(`${at}: not all of the sources can be shadows: none would answer`)
  }
  if (kinds.filter((kind) => kind !== 'fhir').length > 1) {
    problems.push(`${at}: at most one of the sources can be a store`)
  }
  if (kinds.includes('embedded') && databaseUrl !== undefined) {
    problems.push(
      `${at}: \`embedded\` goes without a database that is given; or write \`postgresql\``,
    )
  }
  if (kinds.includes('postgresql') && databaseUrl === undefined) {
    problems.push(`${at}: \`postgresql\` needs the address of a database`)
  }
  if (logsInDatabase && !hasStore(tenant) && databaseUrl === undefined) {
    problems.push(`${at}: without a store KILDE_AUDIT_STORE=postgresql needs a database`)
  }
  return [...problems, ...tellingApart(tenant, at)]
}

/** Rows of different systems must not share ids, nor the systems a name. */
function tellingApart(tenant: SourcesOfTenant, at: string): readonly string[] {
  // Rows of a shadow are never given.
  const servers = fhirOf(tenant).filter((one) => !one.shadow)
  if ((tenant.sources ?? []).filter((one) => !one.shadow).length < 2) return []
  const problems: string[] = []
  const prefixes = servers.map(({ idPrefix }) => idPrefix)
  if (prefixes.includes(undefined) || isRepeated(prefixes)) {
    problems.push(`${at}: beside other sources each FHIR server needs an \`idPrefix\` of its own`)
  }
  if (isRepeated(servers.map((one) => serverOf(one, tenant.number).name))) {
    problems.push(`${at}: two FHIR servers share one \`name\``)
  }
  return problems
}

/** One server for two organisations, without saying which, would give each the other's rows. */
function sharedServers(
  tenants: readonly SourcesOfTenant[],
  { setting }: SourceSurroundings,
): readonly string[] {
  const addresses = tenants.map((tenant) => [
    ...new Set(fhirOf(tenant).map((one) => serverOf(one, tenant.number).url)),
  ])
  if (!isRepeated(addresses.flat())) return []
  const [first] = tenants.filter((tenant) => fhirOf(tenant).length > 0)
  return [
    `${first ? setting(first) : 'sources'}: two organisations share one FHIR server; \`url\` must hold {organization}`,
  ]
}

const isRepeated = (values: readonly unknown[]): boolean => new Set(values).size < values.length
