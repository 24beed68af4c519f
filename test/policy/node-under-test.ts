import type { CatalogueState } from '@kilde/catalogue'
import { type PatientIdentifier, parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import type { PrivacyView } from '@kilde/privacy'
import type { Citizen, Professional } from '@kilde/trust'
import type { GlassState } from '../../subgraphs/organization/src/policy/break-glass.js'
import { createPolicy } from '../../subgraphs/organization/src/policy/engine.js'
import { createGrounds } from '../../subgraphs/organization/src/policy/grounds.js'
import { createJudge, type Verdict } from '../../subgraphs/organization/src/policy/judge.js'
import type { ClosedRows, RowsMeant } from '../../subgraphs/organization/src/sources/source.js'
import { NOW, PROVIDER } from './axes.js'
import { classes } from './classes.js'

const patient: PatientIdentifier = parsePatientIdentifier(patients.copd.identifier)
export const nowMs = Date.parse(NOW)

/** What a cell sets up around the decision. */
export interface Situation {
  readonly caller: Professional | Citizen
  readonly dataClass: string
  readonly state: CatalogueState
  readonly view: PrivacyView | 'UNKNOWN'
  readonly glass: GlassState
}

const policy = createPolicy()

/** The product's own decision: rules, tables, grounds, settings. Only what surrounds it is made up. */
export function judge({ caller, dataClass, state, view, glass }: Situation): Promise<Verdict> {
  const follower = { current: () => ({ state, confirmedAtMs: nowMs, stale: false }) }
  const decide = createJudge({
    organization: PROVIDER,
    policy: () => policy,
    findGround: createGrounds(PROVIDER, follower, () => nowMs),
    privacy: { view: () => view, digest: ({ value }) => digestOf(value) },
    breakGlass: { noteFirstStep: () => {}, stateOf: () => glass, open: async () => {} },
    disclosure: 'VISIBLE',
    gatewayClients: ['kilde-gateway'],
    now: () => nowMs,
  })
  const asked = new Map([['it', { dataClass }]])
  return decide({ caller, requestId: 'r', patient, asked })
}

export const digestOf = (value: string): string => value.padEnd(43, '-')

export const token = {
  ...{ subject: 's', clientId: 'kilde-gateway', scopes: [], jkt: '', tokenHash: '' },
  ...{ expiresAtMs: 0, actor: 'kilde-gateway', securityLevel: 4 },
} as const

/** A registry in which everybody is a member and serves citizens. */
export function registry(change: Partial<CatalogueState> = {}): CatalogueState {
  const numbers = Object.values(organizations).map(({ number }) => number)
  return {
    version: 1,
    issuedAt: NOW,
    organizations: numbers.map((number) => ({
      ...{ number, name: number, kind: 'OTHER', endpoint: `http://127.0.0.1:1/${number}` },
      ...{
        dataClasses: [...classes.map((one) => one.name), 'AuditEvent', 'Condition'],
        contractVersion: '1.0',
      },
      ...{ state: 'ACTIVE', servesCitizens: true },
    })),
    agreements: [],
    memberships: numbers.map((organization) => ({
      organization,
      acceptedTerms: [{ version: '1', date: '2024-01-01' }],
      validFrom: '2024-01-01',
    })),
    ...change,
  }
}

/** A row as far as closing looks at it. A name has none of this but its owner. */
export interface Held {
  readonly owner: string
  readonly codes: readonly string[]
  readonly item: string | undefined
  readonly atMs: number | undefined
  readonly labels: readonly string[]
  readonly openFromMs: number | undefined
}

/** What becomes of one row: the meaning of `closed` in `Source`, as simply as can be. The store's SQL is compared elsewhere. */
function whyClosed(closed: readonly ClosedRows[], row: Held): string | undefined {
  const closing = closed.filter(
    ({ rows, except }) => isMeant(rows, row) && !except.some((one) => isMeant(one, row)),
  )
  return ['OBJECTION', 'CONFIDENTIAL', 'ROLE'].find((why) => closing.some((one) => one.why === why))
}

function isMeant(meant: RowsMeant, row: Held): boolean {
  const { owner, codes, item, fromMs, untilMs, labelledOutside, delayedAtMs } = meant
  const tests = [
    owner === undefined || owner === row.owner,
    !codes || codes.some((code) => row.codes.includes(code)),
    item === undefined || item === row.item,
    fromMs === undefined || (row.atMs !== undefined && row.atMs >= fromMs),
    untilMs === undefined || (row.atMs !== undefined && row.atMs < untilMs),
    !labelledOutside || row.labels.some((label) => !labelledOutside.includes(label)),
    delayedAtMs === undefined ||
      (row.labels.includes('NORU') && (row.openFromMs ?? Number.MAX_SAFE_INTEGER) > delayedAtMs),
  ]
  return tests.every(Boolean)
}

/** A verdict in the words of the vectors. */
export function outcomeOf(verdict: Verdict, dataClass: string, row: Held): string {
  if (!verdict.permitted) return `REFUSED ${verdict.reason}`
  const opening = verdict.openings.get(dataClass)
  if (!opening) return 'NO OPENING'
  const why = whyClosed(opening.closed, row)
  if (why) return `CLOSED ${why}`
  const { leftOut } = opening
  return leftOut.length > 0 ? `SHOWN without ${leftOut.join(' ')}` : 'SHOWN'
}
