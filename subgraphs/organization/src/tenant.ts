import type { AuditLog, SecurityLog } from '@kilde/audit'
import type { Follower } from '@kilde/catalogue'
import { availabilityPath, type FindNumbers } from '@kilde/locate'
import { type Logger, type Telemetry, traceSteps } from '@kilde/service'
import {
  type BaseData,
  createAttestBinding,
  createRequestVerifier,
  type JwksSource,
  metadataAddress,
  type Nonces,
  type PrivateJwk,
  type ProtectedResource,
  type SharedStore,
} from '@kilde/trust'
import {
  createAllowances,
  createPageSigner,
  createRequesterEvidence,
  type RequesterEvidence,
} from '@kilde/trust/context'
import type { AccessLogSource } from './access-log/access-log.js'
import { withAccessLog } from './access-log/sources.js'
import { createPatientDigest } from './audit/digest.js'
import { createAnswerAvailability } from './availability/answer.js'
import { createUnderstandAvailability } from './availability/understand.js'
import { type Arrival, arrivalsOf } from './holdings/arrivals.js'
import type { ShapeCheck } from './ingest/fhir-schema.js'
import { createBundleHandler } from './ingest/handle.js'
import type { ProfileCheck } from './ingest/profiles/profile-check.js'
import { handleLive, type LiveReply } from './live/handle-live.js'
import { createOpenStream } from './live/open-stream.js'
import type { LivePlaces } from './live/places.js'
import type { Wakes } from './live/wakes.js'
import { createAudit } from './path/audit.js'
import { createBindAttest } from './path/bind-attest.js'
import { describe } from './path/describe.js'
import { createEvenOut } from './path/even-out.js'
import { createIdentify } from './path/identify.js'
import { handle } from './path/index.js'
import { createMinimise } from './path/minimise.js'
import { createPolicyStep } from './path/policy.js'
import { createRead } from './path/read.js'
import { createRefuse } from './path/refuse.js'
import { createRespond } from './path/respond.js'
import type { Received, Reply } from './path/stage.js'
import { createUnderstand } from './path/understand.js'
import { createVerifyContext } from './path/verify-context.js'
import { createVerifyToken } from './path/verify-token.js'
import type { BreakGlass } from './policy/break-glass.js'
import type { Policy } from './policy/engine.js'
import { createGrounds } from './policy/grounds.js'
import { createJudge } from './policy/judge.js'
import type { Disclosure } from './policy/openings.js'
import type { PrivacyPort } from './policy/privacy-port.js'
import { createAnswer } from './question/answer.js'
import type { DocumentCheck } from './question/document.js'
import { createHandles } from './question/handle.js'
import { createRegistryView } from './registry-view.js'
import type { Intake } from './sources/intake.js'
import type { Source } from './sources/source.js'

/** What all organisations of a process share. Nothing of it holds a patient, a row or a decision about one. */
export interface SharedParts {
  readonly issuer: string
  readonly clockSkewSeconds: number
  readonly keys: JwksSource
  readonly proofLifeSeconds: number
  /** Registers that attests are checked against, where there are any. */
  readonly baseData: BaseData | undefined
  /** Finds patients' other numbers, where base data are asked for them. */
  readonly findNumbers: FindNumbers | undefined
  /** Where proofs must carry a nonce. */
  readonly nonces: Nonces | undefined
  /** Used proofs, and what attests are bound to. */
  readonly store: SharedStore
  /** When what `store` holds begins (epoch milliseconds). Undefined: it outlives the process. */
  readonly remembersFromMs: number | undefined
  readonly gatewayClients: readonly string[]
  /** Audience of the requesters' own tokens. */
  readonly gatewayAudience: string
  readonly follower: Pick<Follower, 'current'>
  /** The rules in force. Undefined: none that may still be used. */
  readonly policy: () => Policy | undefined
  /** Answers that disclose nothing leave at multiples of this (milliseconds). */
  readonly hiddenEveryMs: number
  readonly checkDocument: DocumentCheck
  readonly checkShape: ShapeCheck
  readonly checkProfiles: ProfileCheck
  readonly security: SecurityLog
  readonly telemetry: Telemetry
  readonly logger: Logger
  readonly now: () => number
}

/** What belongs to one organisation alone. */
export interface TenantParts {
  readonly organization: string
  /** Public base URL of this organisation: `<base>/graphql`, `<base>/fhir`. */
  readonly baseUrl: string
  readonly source: Source & Intake
  readonly log: AuditLog
  /** The logs that it answers for. */
  readonly accessLog: AccessLogSource
  readonly digestKey: Uint8Array
  /** The patients' settings. */
  readonly privacy: PrivacyPort
  readonly breakGlass: BreakGlass
  readonly disclosure: Disclosure
  /** Who must have signed what is asked, whatever the registry says of it. */
  readonly requestSignature: 'GATEWAY' | 'REQUESTER'
  /** Called before something is taken in; what it answers, when it is in or is not to be. */
  readonly onComing: (arrivals: readonly Arrival[]) => Promise<() => void>
  /** Tells streams that something may have changed. */
  readonly wakes: Wakes
  readonly livePlaces: LivePlaces
  /** Ends all streams. */
  readonly stopping: AbortSignal
  /** Signs answers; its public half stands in the registry. */
  readonly pageKey: PrivateJwk | undefined
}

export interface Tenant {
  question(received: Received): Promise<Reply>
  /** Whether anything is held. */
  availability(received: Received): Promise<Reply>
  bundle(received: Received): Promise<Reply>
  /** Tells what is new, as long as it may. */
  live(received: Received): Promise<Reply | LiveReply>
  /** The address of questions, for clients to read about. */
  readonly resource: ProtectedResource
}

/** One organisation of a node: own address, audience, store, log, keys and policy context. */
export function createTenant(own: TenantParts, shared: SharedParts): Tenant {
  const steps = createSteps(own, shared)
  const everyMs = own.disclosure === 'HIDDEN' ? shared.hiddenEveryMs : 0
  const evenOut = createEvenOut({ everyMs, elapsed: () => performance.now() })
  const bundle = createBundleHandler({
    ...shared,
    organization: own.organization,
    store: tellComing(own),
    log: own.log,
    url: `${own.baseUrl}/fhir`,
    verifier: createRequestVerifier({
      ...verification(own, shared),
      requiredScope: 'kilde:organization/write',
      accept: ['system'],
    }),
  })
  return {
    question: (received) => evenOut(() => handle(steps.question, received)),
    availability: (received) => evenOut(() => handle(steps.availability, received)),
    live: (received) => evenOut(() => handleLive(steps.live, received)),
    bundle,
    resource: resourceOf(own, shared),
  }
}

const tellComing = ({ source, onComing, wakes }: TenantParts): Intake => ({
  async take(...given) {
    const arrivals = arrivalsOf(...given)
    const over = await onComing(arrivals)
    try {
      return await source.take(...given)
    } finally {
      over()
      wakes.wake(arrivals.map(({ patient }) => patient))
    }
  },
})

/** A stream is looked at as often, whether it was woken or not (milliseconds). */
const ALIVE_MS = 5_000

const READ = 'kilde:organization/read'

const resourceOf = ({ organization, baseUrl }: TenantParts, { issuer }: SharedParts) => ({
  url: `${baseUrl}/graphql`,
  name: `Kilde, ${organization}`,
  issuer,
  scopes: [READ],
  attest: true,
})

function createSteps(own: TenantParts, shared: SharedParts) {
  const { organization, source, log } = own
  const { follower, now, store, remembersFromMs } = shared
  const verified = verification(own, shared)
  const { audience } = verified
  const resourceMetadata = metadataAddress(`${own.baseUrl}/graphql`)
  const digest = createPatientDigest(own.digestKey)
  const verifier = createRequestVerifier({
    ...verified,
    requiredScope: READ,
    resourceMetadata,
    ...(shared.baseData && { baseData: shared.baseData }),
    requireBodyDigest: true,
    accept: ['professional', 'citizen'],
    minimumSecurityLevel: 4,
  })
  const registry = createRegistryView(organization, follower)
  const answer = createAnswer({
    organization,
    system: source.system,
    handle: createHandles(own.digestKey),
    catalogueAge: () => registry.age(),
    nameOf: (number) => registry.nameOf(number),
  })
  // The registry can ask for more than the organisation's own setting, never for less.
  const requiresSignature = () =>
    own.requestSignature === 'REQUESTER' || registry.asksForSignature()
  const question = {
    verifyToken: createVerifyToken(verifier, `${own.baseUrl}/graphql`),
    verifyContext: createVerifyContext({
      evidence: evidenceOf(shared),
      allowances: createAllowances({ organization, store, remembersFromMs, now }),
    }),
    understand: createUnderstand({
      check: shared.checkDocument,
      organization,
      requiresSignature,
    }),
    bindAttest: createBindAttest(createAttestBinding({ store, audience, resourceMetadata, now })),
    identify: createIdentify(shared.findNumbers),
    policy: createPolicyStep(
      createJudge({
        ...{ ...shared, ...own },
        findGround: createGrounds(organization, follower, now),
      }),
    ),
    read: createRead(withAccessLog(source, own.accessLog), organization, shared.telemetry),
    minimise: createMinimise(answer),
    audit: createAudit({ log, digest, now }),
    respond: createRespond(own.pageKey && createPageSigner(organization, own.pageKey, now)),
    describe,
    refuse: createRefuse({ ...shared, log, digest }),
  }
  const availability = {
    ...question,
    verifyToken: createVerifyToken(verifier, `${own.baseUrl}${availabilityPath}`),
    understand: createUnderstandAvailability(requiresSignature),
    minimise: createAnswerAvailability(organization, now),
  }
  const { telemetry } = shared
  const traced = traceSteps(telemetry, 'node', question)
  const live = {
    ...traced,
    ...traceSteps(telemetry, 'node', {
      verifyToken: createVerifyToken(verifier, `${own.baseUrl}/live`),
      open: createOpenStream({ ...own, places: own.livePlaces, now }),
    }),
    stopping: own.stopping,
    now,
    aliveMs: ALIVE_MS,
  }
  return { question: traced, availability: traceSteps(telemetry, 'node', availability), live }
}

function evidenceOf(shared: SharedParts): RequesterEvidence {
  const { issuer, keys, gatewayAudience, now, clockSkewSeconds } = shared
  return createRequesterEvidence({
    issuer,
    keys,
    gatewayAudience,
    now,
    clockSkewMs: clockSkewSeconds * 1000,
  })
}

function verification({ organization }: TenantParts, shared: SharedParts) {
  const { issuer, keys, store, nonces, clockSkewSeconds, proofLifeSeconds, now } = shared
  return {
    issuer,
    keys,
    replay: store,
    ...(nonces && { nonces }),
    clockSkewSeconds,
    proofLifeSeconds,
    now,
    audience: `kilde:organization:${organization}`,
  }
}
