import {
  countStatement,
  latestStatement,
  type PageQuestion,
  pageStatement,
  type Statement,
  trendStatement,
} from '@kilde/organization/store'
import { kinds, outOfUse, UNTIL_MS } from './population.js'
import { tokenOf } from './stored-row.js'

/** What the contract lets a requester ask a store. */
export interface StoreQuestion {
  readonly name: string
  /** Most that it may take for 95 of 100 patients (ms at the database). */
  readonly targetMs?: number
  of(patient: number): Statement
}

const YEAR_MS = 365 * 86_400_000
/** As gateways ask: with what corrects other rows beside. */
const asked = {
  patient: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: '' },
  status: ['final', 'amended', 'corrected'],
  superseding: ['entered-in-error', 'cancelled'],
  abnormalOnly: false,
  order: 'NEWEST_FIRST',
  limit: 50,
  elements: ['code', 'effectiveDateTime', 'valueQuantity', 'device'],
  count: false,
} as const satisfies PageQuestion

const codesOf = (...codes: readonly string[]) => ({ codes: codes.map(tokenOf) })
const pulse = codesOf(kinds.pulse.code)

export const questions: readonly StoreQuestion[] = [
  {
    name: 'newest 50 of a code',
    targetMs: 2,
    of: (patient) => pageStatement(patient, { ...asked, ...pulse }),
  },
  {
    name: 'newest 50 of a rare code',
    targetMs: 2,
    of: (patient) => pageStatement(patient, { ...asked, ...codesOf(kinds.peakFlow.code) }),
  },
  {
    name: 'newest 50 of a code long out of use',
    targetMs: 2,
    of: (patient) => pageStatement(patient, { ...asked, ...codesOf(outOfUse.code) }),
  },
  {
    name: 'newest 50 of a code in a component',
    targetMs: 2,
    of: (patient) => pageStatement(patient, { ...asked, ...codesOf('8462-4') }),
  },
  {
    name: 'second page of a code, by cursor',
    targetMs: 2,
    of: (patient) => pageStatement(patient, { ...asked, ...pulse, after }),
  },
  { name: 'newest 50 of all', of: (patient) => pageStatement(patient, asked) },
  {
    name: 'newest 50 abnormal',
    of: (patient) => pageStatement(patient, { ...asked, abnormalOnly: true }),
  },
  {
    name: 'newest 50 of a rare category',
    of: (patient) => pageStatement(patient, { ...asked, category: ['survey'] }),
  },
  {
    name: 'latest of 10 codes',
    of: (patient) => {
      const codes = [...Object.values(kinds)].slice(0, 10).map(({ code }) => [tokenOf(code)])
      return latestStatement(patient, { ...asked, items: codes, limit: 8 })
    },
  },
  {
    name: 'trend of a year of a code',
    of: (patient) => {
      const period = { fromMs: UNTIL_MS - YEAR_MS, untilMs: UNTIL_MS }
      return trendStatement(patient, { ...asked, ...pulse, ...period, limit: 100_000 })
    },
  },
  { name: 'count of a code', of: (patient) => countStatement(patient, { ...asked, ...pulse }) },
]

/** Half a year back. */
const after = { t: UNTIL_MS - YEAR_MS / 2, i: '8', d: '' }
