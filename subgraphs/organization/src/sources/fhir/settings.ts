import { checks } from '@kilde/service'
import { privateJwk } from '@kilde/trust'
import { z } from 'zod'
import { keyProblems, tlsFileProblems } from './file-problems.js'

const names = z.array(z.string().regex(/^_?[a-z][A-Za-z.:-]{0,60}$/)).max(50)
const file = z.string().min(1)

const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** A token that somebody else keeps fresh in a file; read for each request. */
  z.strictObject({ kind: z.literal('bearer'), tokenFile: file }),
  /** Tokens of an issuer (HelseID) by `private_key_jwt`, bound by DPoP. */
  z.strictObject({
    kind: z.literal('client-credentials'),
    issuer: checks.url(),
    clientId: z.string().min(1),
    clientKey: privateJwk.optional(),
    /** The same key, as JSON in a file. */
    clientKeyFile: file.optional(),
    audience: z.string().min(1),
    scope: z.string().min(1).optional(),
  }),
  /** Bearer tokens of the server's own authorization server (SMART Backend Services). */
  z.strictObject({
    kind: z.literal('smart-backend-services'),
    clientId: z.string().min(1),
    clientKeyFile: file,
    scope: z.string().min(1),
    /** Absent: as `.well-known/smart-configuration` below the server's address tells. */
    tokenEndpoint: checks.url().optional(),
  }),
])

/** What the server can search by, where it has no CapabilityStatement that tells it. */
const declared = z.strictObject({
  observation: names,
  /** Absent: it has no Patient. */
  patient: names.optional(),
  /** `_include`, e.g. `Observation:device`. */
  includes: z
    .array(z.string().regex(/^Observation:[a-z]{1,40}$/))
    .max(20)
    .default([]),
  /** Types of resources that it has besides, e.g. `CarePlan`. */
  types: z
    .array(z.string().regex(/^[A-Z][A-Za-z]{1,60}$/))
    .max(200)
    .default([]),
  /** What it can search these types by, e.g. `{"CarePlan": ["patient", "_id"]}`. */
  classes: z.record(z.string().regex(/^[A-Z][A-Za-z]{1,60}$/), names).default({}),
})

const limits = z.strictObject({
  /** Most rows, searches' pages and bytes that one question reads. */
  rows: z.number().int().min(100).max(100_000).default(10_000),
  pages: z.number().int().min(2).max(1_000).default(100),
  bytes: z.number().int().min(100_000).max(268_435_456).default(67_108_864),
  /** Largest answer to one request (bytes). */
  pageBytes: z.number().int().min(10_000).max(67_108_864).default(16_777_216),
  /** `_count` of a search. */
  pageRows: z.number().int().min(1).max(5_000).default(500),
  /** Whole time of one request (milliseconds). */
  timeoutMs: z.number().int().min(100).max(120_000).default(10_000),
  connections: z.number().int().min(1).max(100).default(10),
})

/** How one FHIR server is asked; docs/fhir-source.md tells each. */
export const fhirSettings = z.strictObject({
  kind: z.literal('fhir'),
  /** Told of each row as `Provenance.system`. No address. */
  name: z.string().min(1).max(60).optional(),
  preset: z.enum(['pmd', 'vkp']).optional(),
  /** Before the ids of its rows, where there are other sources beside it: begins with a letter that no UUID has. */
  idPrefix: z
    .string()
    .regex(
      /^[g-z][a-z0-9]{0,15}-$/,
      'must be like `hospital-`: small letters, of which the first is none of a to f, then -',
    )
    .optional(),
  /** Base address; `{organization}` is replaced by the organisation's number. */
  url: checks.url(),
  /** Other base addresses under which the server writes its own links, e.g. behind a proxy: read as `url`. */
  alsoAt: z.array(checks.url()).max(10).default([]),
  headers: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/), z.string().max(200))
    .optional(),
  authentication: authentication.default({ kind: 'none' }),
  /** Files with PEM: the node's own certificate and key, and whom the server's certificate must be of. */
  tls: z
    .strictObject({
      certificateFile: file.optional(),
      keyFile: file.optional(),
      authorityFile: file.optional(),
    })
    .optional(),
  /** `search`: Patient first, then its observations. Else a parameter of Observation that takes the identifier. */
  patientBy: z
    .union([z.literal('search'), z.string().regex(/^[a-z][A-Za-z.:-]{0,60}$/)])
    .optional(),
  /** Whether that parameter takes the number alone, without its system. */
  patientValueOnly: z.boolean().optional(),
  declared: declared.optional(),
  /** Parameters that are not used, although the server says that it has them. */
  without: names.default([]),
  /** How long its CapabilityStatement is believed (milliseconds). */
  capabilityAgeMs: z.number().int().min(1_000).max(86_400_000).default(3_600_000),
  limits: limits.prefault({}),
})

export type FhirSettings = z.infer<typeof fhirSettings>

type Given = Partial<Omit<FhirSettings, 'kind' | 'limits'>>

/** What is known of two national systems (reference: PMD API 2.0; VKP R4). Whatever is set besides comes before. */
const PRESETS: Record<NonNullable<FhirSettings['preset']>, Given> = {
  pmd: {
    name: 'PMD',
    patientBy: 'patient.identifier',
    patientValueOnly: true,
    declared: { observation: ['patient.identifier'], includes: [], types: [], classes: {} },
  },
  vkp: {
    name: 'VKP',
    headers: { ServiceCodes: 'dho' },
    patientBy: 'patient.identifier',
    declared: {
      ...{ observation: ['patient.identifier'], includes: [] },
      ...{ types: ['CarePlan'], classes: {} },
    },
  },
}

const SCOPES = { pmd: undefined, vkp: 'nhn:vkp/api/user/Observation.read' } as const

/** The settings of one organisation's server, with what its preset adds. */
export interface FhirServer extends Omit<FhirSettings, 'preset' | 'name' | 'patientBy'> {
  readonly name: string
  readonly patientBy: string
}

export function serverOf(settings: FhirSettings, organization: string): FhirServer {
  const { preset, ...own } = settings
  const given: Given = preset ? PRESETS[preset] : {}
  const { authentication: auth } = own
  const scope =
    auth.kind === 'client-credentials' ? (auth.scope ?? (preset && SCOPES[preset])) : undefined
  const declared = own.declared ?? given.declared
  const valueOnly = own.patientValueOnly ?? given.patientValueOnly
  return {
    ...own,
    name: own.name ?? given.name ?? 'FHIR R4 server',
    patientBy: own.patientBy ?? given.patientBy ?? 'search',
    headers: { ...given.headers, ...own.headers },
    url: own.url.replaceAll('{organization}', organization),
    ...(declared && { declared }),
    ...(valueOnly !== undefined && { patientValueOnly: valueOnly }),
    ...(scope !== undefined && {
      authentication: { ...auth, scope } as FhirSettings['authentication'],
    }),
  }
}

/** What is wrong with the settings together. `at` names them. */
export function fhirProblems(settings: FhirSettings, at: string, production: boolean): string[] {
  const { authentication: auth, tls, url, preset } = settings
  const problems: string[] = []
  if (/[?#]|\/\/[^/]*@/.test(url)) problems.push(`${at}.url: must have no user, query or fragment`)
  if (production && !url.startsWith('https:'))
    problems.push(`${at}.url: must be https in production`)
  const scoped = auth.kind !== 'client-credentials' || auth.scope || preset === 'vkp'
  if (!scoped) problems.push(`${at}.authentication.scope: is required`)
  if (production && auth.kind === 'none' && !tls?.certificateFile) {
    problems.push(`${at}.authentication: must be set in production, or tls.certificateFile`)
  }
  problems.push(...keyProblems(settings, `${at}.authentication`, production))
  problems.push(...tlsFileProblems(settings, `${at}.tls`))
  if (preset === 'vkp' && !url.includes('{organization}')) {
    problems.push(`${at}.url: of VKP must hold {organization}`)
  }
  return problems
}
