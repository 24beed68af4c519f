import { auditRetention } from '@kilde/audit'
import { OrganizationNumber } from '@kilde/catalogue'
import {
  type ConfigOf,
  checks,
  operationSettings,
  readConfig,
  setting,
  telemetrySettings,
  tlsProblems,
  tlsSettings,
} from '@kilde/service'
import { privateJwk, proofProblems, proofSettings } from '@kilde/trust'
import { z } from 'zod'
import { gatewayLogFolders } from './access-log/gateway-logs.js'
import { privacyProblems } from './blocks/problems.js'
import { holdingsProblems, holdingsSettings } from './holdings/settings.js'
import { profileSettings } from './ingest/profiles/settings.js'
import { hasStore, isEmbedded, sourceList, sourceProblems } from './sources/settings.js'
import { storeRetention } from './sources/store/retention-rules.js'

const secretKey = z
  .base64url()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64url')

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })
const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ })

/** Who must have signed what an organisation is asked. */
const requestSignature = z.enum(['GATEWAY', 'REQUESTER'])

/** Whether it is told that something is withheld. Chosen once, for all patients of an organisation. */
const disclosure = z.enum(['visible', 'hidden'])

const tenant = z.strictObject({
  number: OrganizationNumber,
  /** Absent: a database of its own in the embedded PostgreSQL. */
  databaseUrl: databaseUrl.optional(),
  auditKey: secretKey,
  /** Keys of the access log that were in use before. */
  previousAuditKeys: z.array(secretKey).max(20).optional(),
  /** Signs the log's tree heads. Absent: derived from `auditKey`. */
  auditSigningKey: privateJwk.optional(),
  digestKey: secretKey,
  /** Seals the store. Absent: what lies in it is not sealed, which production refuses. */
  storeKey: secretKey.optional(),
  /** Keys of the store that were in use before. */
  previousStoreKeys: z.array(secretKey).max(20).optional(),
  /** Absent: KILDE_STORE_RETENTION. */
  storeRetention: storeRetention.optional(),
  /** As KILDE_DISCLOSURE, for this organisation. */
  disclosure: disclosure.optional(),
  /** Absent: KILDE_REQUEST_SIGNATURE. */
  requestSignature: requestSignature.optional(),
  pageKey: privateJwk.optional(),
  /** Absent: the store alone. */
  sources: sourceList.optional(),
})

const names = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().min(1)).min(1))

/** Settings of an organisation's node; docs/configuration.md is made of them. */
export const organizationSettings = {
  KILDE_HOST: setting(z.string().min(1).default('127.0.0.1'), 'Address to listen on.'),
  KILDE_PORT: setting(checks.port(4401), 'Port to listen on; 0 picks a free one.'),
  ...tlsSettings,
  ...operationSettings,
  ...telemetrySettings,
  KILDE_PUBLIC_URL: setting(
    checks.url().optional(),
    'Public base URL, which clients sign their proofs for: `<base>/graphql` and `<base>/fhir`, of a hosted organisation `<base>/<number>/…`. Default: the address listened on.',
    'https://kilde.example-kommune.no',
  ),
  KILDE_ORGANIZATION: setting(
    OrganizationNumber.optional(),
    'Organisation number of the one organisation that this node belongs to. Either this or KILDE_TENANTS.',
    '310000108',
  ),
  KILDE_TENANTS: setting(
    checks.json(z.array(tenant).min(1).max(100)).optional(),
    'Hosted mode: JSON list of organisations, each with `number`, `auditKey`, `digestKey`, `storeKey`, where keys have changed `previousStoreKeys`, where not embedded `databaseUrl`, and where wanted `requestSignature` and `pageKey`. Secret.',
  ),
  KILDE_ISSUER: setting(
    checks.url(),
    'Issuer of access tokens (HelseID), exactly as in the tokens. Its keys are found by its metadata.',
  ),
  ...proofSettings,
  KILDE_GATEWAY_CLIENTS: setting(
    names.default(['kilde-gateway']),
    'Client ids of the gateways whose citizens are answered, with commas.',
  ),
  KILDE_GATEWAY_AUDIENCE: setting(
    z.string().min(1).default('kilde:gateway'),
    'Audience of requesters’ own access tokens, which the gateway passes on as evidence of the key that signed.',
  ),
  KILDE_REQUEST_SIGNATURE: setting(
    requestSignature.default('GATEWAY'),
    'GATEWAY: what the gateway signs is answered. REQUESTER: only what the requester has signed as well, and no more than that (docs/signed-requests.md). The registry’s entry can ask for more, not for less.',
  ),
  KILDE_PAGE_KEY: setting(
    checks.json(privateJwk).optional(),
    'Private key that signs answers: JWK, P-256. Its public half belongs into the registry (`pageKeys`). Without one answers are not signed. Secret.',
  ),
  KILDE_POLICY_FILE: setting(
    z.string().min(1).optional(),
    'File with the organisation’s signed rules (docs/policy.md), looked at every 15 seconds. Default: the rules that this version comes with.',
    '/etc/kilde/policy.jws',
  ),
  KILDE_POLICY_KEYS: setting(
    checks.json(jwks).optional(),
    'Public keys that sign the rules: JWKS, pinned. With KILDE_POLICY_FILE.',
  ),
  KILDE_DISCLOSURE: setting(
    disclosure.default('visible'),
    '`visible`: answers tell that something is withheld, so that the patient can be asked. `hidden`: they never tell, for any patient, and no answer with this organisation claims to be complete.',
  ),
  KILDE_HIDDEN_EVERY_MS: setting(
    checks.milliseconds(200, 0, 5_000),
    'Where nothing is disclosed, answers leave at multiples of this after their question came, so that the time that they take tells nothing either (milliseconds; 0: at once). Above what the largest answers take.',
  ),
  ...holdingsSettings,
  KILDE_LIVE_STREAMS: setting(
    checks.bytes(1_000, 0, 100_000),
    'Most streams of an organisation that are open at a time (0 to 100,000; 0: none are offered).',
  ),
  KILDE_LIVE_STREAMS_PER_REQUESTER: setting(
    checks.bytes(20, 0, 10_000),
    'Most streams of one requester at an organisation at a time (0 to 10,000).',
  ),
  KILDE_CLIENT_ID: setting(
    z.string().min(1),
    'The node as a client of the issuer, to follow the registry.',
    'kilde-node-310000108',
  ),
  KILDE_CLIENT_KEY: setting(
    checks.json(privateJwk),
    'Private key of that client: JWK, P-256. Secret.',
  ),
  KILDE_REGISTRY_URL: setting(checks.url(), 'Base URL of the registry.'),
  KILDE_REGISTRY_KEYS: setting(
    checks.json(jwks),
    'Public keys that sign the registry state: JWKS, pinned.',
  ),
  KILDE_PRIVACY_URL: setting(
    checks.url().optional(),
    'Base URL of the privacy service. Without one nobody has objected and the issuer vouches for representation; production refuses that.',
  ),
  KILDE_PRIVACY_KEYS: setting(
    checks.json(jwks).optional(),
    'Public keys that sign patients’ settings: JWKS, pinned. With KILDE_PRIVACY_URL.',
  ),
  KILDE_PRIVACY_NODE_KEYS: setting(
    checks.json(z.record(OrganizationNumber, secretKey)).optional(),
    'JSON: for each organisation of this node its key at the privacy service, 32 bytes in base64url. With KILDE_PRIVACY_URL. Secret.',
  ),
  KILDE_SOURCES: setting(
    checks.json(sourceList).optional(),
    'Where rows come from: JSON list of `{"kind": "embedded"}` or `{"kind": "postgresql"}` (the store, in an embedded database or in DATABASE_URL) and FHIR servers of the organisation’s own (docs/fhir-source.md). Several are read as one. With KILDE_ORGANIZATION. Default: the store. Secret.',
    '[{"kind": "fhir", "url": "https://fhir.example-kommune.no/r4", "authentication": {"kind": "bearer", "tokenFile": "/run/fhir-token"}}]',
  ),
  DATABASE_URL: setting(
    databaseUrl.optional(),
    'PostgreSQL 15 or later, a database for this organisation alone. Default: an embedded PostgreSQL. Secret.',
  ),
  KILDE_STORE_DIRECTORY: setting(
    z.string().min(1).optional(),
    'Folder of the embedded PostgreSQL, where DATABASE_URL is not set.',
    '/var/lib/kilde/store',
  ),
  KILDE_DATABASE_CONNECTIONS: setting(
    z.coerce.number().int().min(1).max(100).default(5),
    'Most connections to the database of one organisation.',
  ),
  KILDE_STORE_KEY: setting(
    secretKey.optional(),
    'Seals what the database holds of patients: 32 bytes, base64url (docs/store.md). Without one it is not sealed, which production refuses. With KILDE_ORGANIZATION. Secret.',
  ),
  KILDE_STORE_KEYS_PREVIOUS: setting(
    checks.json(z.array(secretKey).max(20)).optional(),
    'Keys of the store that were in use before: JSON list, each until `kilde store reseal` has ended. Secret.',
  ),
  KILDE_STORE_RETENTION: setting(
    checks.json(storeRetention).optional(),
    'How long rows are kept after their own time: JSON by class, `*` for all that are not named, `days`, and `correctionDays` for rows that correct or were corrected (without: for ever; docs/store.md). Default: all for ever.',
    '{"Observation": {"days": 3650, "correctionDays": 7300}, "*": {"days": 3650}}',
  ),
  KILDE_AUDIT_DIRECTORY: setting(
    z.string().min(1),
    'Folder of the access logs (one folder for each organisation) and of the security log.',
    '/var/lib/kilde/audit',
  ),
  KILDE_AUDIT_KEY: setting(
    secretKey.optional(),
    'Key of the access log: 32 bytes, base64url. With KILDE_ORGANIZATION. Secret.',
  ),
  KILDE_GATEWAY_AUDIT_DIRECTORY: setting(
    gatewayLogFolders.optional(),
    'Folder of the access logs of a gateway that this organisation runs, to be read only: the node answers for them in the patient’s log. Of a gateway with replicas: JSON, the folder of each by a name of its own, which its entries keep. With KILDE_ORGANIZATION.',
    '/var/lib/kilde/gateway/audit',
  ),
  KILDE_GATEWAY_AUDIT_KEY: setting(
    secretKey.optional(),
    'Key of those logs: KILDE_AUDIT_KEY of the gateway. Secret.',
  ),
  KILDE_GATEWAY_AUDIT_KEYS_PREVIOUS: setting(
    checks.json(z.array(secretKey).max(20)).optional(),
    'Keys of those logs that were in use before: KILDE_AUDIT_KEYS_PREVIOUS of the gateway. Set here before the gateway changes its key. Secret.',
  ),
  KILDE_GATEWAY_AUDIT_ORGANIZATION_KEYS: setting(
    checks.json(z.record(OrganizationNumber, secretKey)).optional(),
    'Keys that organisations have given for their own logs at the gateway: KILDE_AUDIT_ORGANIZATION_KEYS of the gateway. Secret.',
  ),
  KILDE_AUDIT_KEYS_PREVIOUS: setting(
    checks.json(z.array(secretKey).max(20)).optional(),
    'Keys of the access log that were in use before: JSON list. What they sealed stays readable. Secret.',
  ),
  KILDE_AUDIT_SIGNING_KEY: setting(
    checks.json(privateJwk).optional(),
    'Signs the tree heads of the access log: JWK, P-256. Default: derived from KILDE_AUDIT_KEY. Secret.',
  ),
  KILDE_AUDIT_STORE: setting(
    z.enum(['files', 'postgresql']).default('files'),
    'Where access logs are kept: in files below KILDE_AUDIT_DIRECTORY, or in each organisation’s database (schema `kilde_audit`).',
  ),
  KILDE_AUDIT_RETENTION: setting(
    checks.json(auditRetention).optional(),
    'How long records are kept: JSON, `days` and, where a class of data has another time, `classes`; at least 1,095 days (EHDS, article 9). Default: for ever.',
    '{"days": 1825, "classes": {"Observation": 3650}}',
  ),
  KILDE_DIGEST_KEY: setting(
    secretKey.optional(),
    'Key of patient digests in the log and of patient handles: 32 bytes, base64url. With KILDE_ORGANIZATION. Secret.',
  ),
  ...profileSettings,
  KILDE_BUNDLE_MAX_BYTES: setting(
    checks.bytes(16_777_216, 10_000, 67_108_864),
    'Largest Bundle at `/fhir` (bytes). At most 5,000 entries whatever its size.',
  ),
  KILDE_LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level of log lines.',
  ),
  NODE_ENV: setting(z.string().default('development'), '`production` refuses unsafe settings.'),
} as const

export type OrganizationConfig = ConfigOf<typeof organizationSettings>

/** One organisation of a node: own store, log, keys and audience. */
export type TenantConfig = z.infer<typeof tenant>

/** @throws ServiceError `INVALID_CONFIGURATION` */
export function readOrganizationConfig(
  env: Readonly<Record<string, string | undefined>>,
): OrganizationConfig {
  return readConfig(organizationSettings, env, contradictions)
}

export const isHosted = (config: OrganizationConfig): boolean => config.KILDE_TENANTS !== undefined

/** The organisations of a node: those of hosted mode, else the one. */
export function tenantsOf(config: OrganizationConfig): readonly TenantConfig[] {
  if (config.KILDE_TENANTS) return config.KILDE_TENANTS
  const {
    KILDE_ORGANIZATION: number,
    KILDE_AUDIT_KEY: auditKey,
    KILDE_DIGEST_KEY: digestKey,
  } = config
  if (!number || !auditKey || !digestKey) return []
  const { KILDE_PAGE_KEY: pageKey, DATABASE_URL: databaseUrl } = config
  const { KILDE_AUDIT_KEYS_PREVIOUS: previous, KILDE_AUDIT_SIGNING_KEY: signing } = config
  const { KILDE_STORE_KEY: storeKey, KILDE_STORE_KEYS_PREVIOUS: previousStoreKeys } = config
  return [
    {
      number,
      auditKey,
      digestKey,
      databaseUrl,
      ...(storeKey && { storeKey }),
      ...(previousStoreKeys && { previousStoreKeys }),
      ...(previous && { previousAuditKeys: previous }),
      ...(signing && { auditSigningKey: signing }),
      ...(pageKey && { pageKey }),
      ...(config.KILDE_SOURCES && { sources: config.KILDE_SOURCES }),
    },
  ]
}

/** Settings that do not go together, or that production does not allow. */
function contradictions(config: OrganizationConfig): readonly string[] {
  const organizations = tenantsOf(config).map(({ number }) => number)
  return [
    ...tenantProblems(config),
    ...tlsProblems(config),
    ...sourceProblems(tenantsOf(config), {
      setting: ({ number }) =>
        isHosted(config) ? `KILDE_TENANTS ${number}: sources` : 'KILDE_SOURCES',
      production: config.NODE_ENV === 'production',
      logsInDatabase: config.KILDE_AUDIT_STORE === 'postgresql',
    }),
    ...privacyProblems(config, organizations),
    ...holdingsProblems(config, tenantsOf(config)),
    ...productionProblems(config),
    ...proofProblems(config),
  ]
}

const OF_ONE_ORGANIZATION = [
  'KILDE_AUDIT_KEYS_PREVIOUS',
  'KILDE_AUDIT_SIGNING_KEY',
  'KILDE_STORE_KEY',
  'KILDE_STORE_KEYS_PREVIOUS',
] as const

function tenantProblems(config: OrganizationConfig): readonly string[] {
  const problems: string[] = []
  const { KILDE_TENANTS: tenants, KILDE_ORGANIZATION: number } = config
  if ((config.KILDE_POLICY_FILE === undefined) !== (config.KILDE_POLICY_KEYS === undefined)) {
    problems.push('KILDE_POLICY_FILE: must be set with KILDE_POLICY_KEYS, and these with it')
  }
  if ((tenants === undefined) === (number === undefined)) {
    problems.push('KILDE_ORGANIZATION: exactly one of this and KILDE_TENANTS must be set')
  }
  for (const name of ['KILDE_AUDIT_KEY', 'KILDE_DIGEST_KEY'] as const) {
    if (number && !config[name]) problems.push(`${name}: must be set with KILDE_ORGANIZATION`)
  }
  const { KILDE_GATEWAY_AUDIT_DIRECTORY: logs, KILDE_GATEWAY_AUDIT_KEY: logKey } = config
  if ((logs === undefined) !== (logKey === undefined)) {
    problems.push('KILDE_GATEWAY_AUDIT_KEY: must be set with KILDE_GATEWAY_AUDIT_DIRECTORY')
  }
  for (const name of [
    'KILDE_GATEWAY_AUDIT_KEYS_PREVIOUS',
    'KILDE_GATEWAY_AUDIT_ORGANIZATION_KEYS',
  ] as const) {
    if (config[name] && !logs)
      problems.push(`${name}: must be set with KILDE_GATEWAY_AUDIT_DIRECTORY`)
  }
  if (tenants && logs) {
    problems.push(
      'KILDE_GATEWAY_AUDIT_DIRECTORY: only with KILDE_ORGANIZATION, whose gateway it is',
    )
  }
  if (tenants && config.DATABASE_URL) {
    problems.push('DATABASE_URL: each organisation in KILDE_TENANTS has a `databaseUrl` of its own')
  }
  if (tenants && config.KILDE_SOURCES) {
    problems.push('KILDE_SOURCES: each organisation in KILDE_TENANTS has `sources` of its own')
  }
  if (tenants && config.KILDE_PAGE_KEY) {
    problems.push('KILDE_PAGE_KEY: each organisation in KILDE_TENANTS has a `pageKey` of its own')
  }
  for (const name of OF_ONE_ORGANIZATION) {
    if (tenants && config[name])
      problems.push(`${name}: each organisation in KILDE_TENANTS has keys of its own`)
  }
  for (const key of ['number', 'databaseUrl'] as const) {
    const values = (tenants ?? []).flatMap((one) => one[key] ?? [])
    if (new Set(values).size < values.length)
      problems.push(`KILDE_TENANTS: two organisations share one ${key}`)
  }
  if (tenantsOf(config).some(isEmbedded) && !config.KILDE_STORE_DIRECTORY) {
    problems.push('KILDE_STORE_DIRECTORY: must be set where no database is given')
  }
  return [...problems, ...storeKeyProblems(config)]
}

function storeKeyProblems(config: OrganizationConfig): readonly string[] {
  const where = isHosted(config) ? 'KILDE_TENANTS' : 'KILDE_STORE_KEY'
  return tenantsOf(config).flatMap((tenant) => {
    const { number, storeKey, previousStoreKeys = [] } = tenant
    if (storeKey || !hasStore(tenant)) return []
    const missing = isHosted(config) ? `${number} must have a \`storeKey\`` : 'must be set'
    if (config.NODE_ENV === 'production') return [`${where}: ${missing} in production`]
    return previousStoreKeys.length > 0
      ? [`${where}: ${missing} where there are previous keys`]
      : []
  })
}

function productionProblems(config: OrganizationConfig): readonly string[] {
  if (config.NODE_ENV !== 'production') return []
  const problems = (['KILDE_ISSUER', 'KILDE_REGISTRY_URL'] as const).flatMap((name) =>
    config[name].startsWith('https:') ? [] : [`${name}: must be https in production`],
  )
  const isPublic = config.KILDE_PUBLIC_URL?.startsWith('https:')
  return isPublic
    ? problems
    : [...problems, 'KILDE_PUBLIC_URL: must be set, and https, in production']
}
