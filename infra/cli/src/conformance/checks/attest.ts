import { claims } from '@kilde/trust'
import { type Check, notApplicable, verdict } from '../check.js'
import { at, hasData, named } from '../read.js'
import { problemOf, refusal } from '../refused.js'
import type { Claims } from '../setting.js'
import type { Question } from '../tester.js'

type Attest = Claims & {
  readonly practitioner: Claims
  readonly care_relationship: Claims
}

const HOUR = 3_600
const FORBIDDEN = [403]

/** A genuine token with another attest. */
const withAttest = (change: (right: Attest) => unknown): Question => ({
  token: (right) => ({ ...right, [claims.attest]: change(right[claims.attest] as Attest) }),
})

const now = (): number => Math.floor(Date.now() / 1000)

/** An attest that belongs to nobody’s question so far: of another session. */
const inSession = (sid: string) => (right: Claims) => ({ ...right, sid })

export const attestChecks: readonly Check[] = [
  refusal({
    id: 'N-ATT-1',
    title: 'refuses health personnel without an attest',
    status: FORBIDDEN,
    codes: ['ATTEST_MISSING'],
    attempts: () => ({ 'no attest': withAttest(() => undefined) }),
  }),
  refusal({
    id: 'N-ATT-2',
    title: 'refuses an attest of 60 minutes ago, or of later',
    status: FORBIDDEN,
    attempts: () => ({
      old: withAttest((right) => ({ ...right, toa: now() - HOUR - 60 })),
      'of later': withAttest((right) => ({ ...right, toa: now() + HOUR })),
    }),
  }),
  {
    id: 'N-ATT-3',
    level: 'MUST',
    title: 'says `attestation_has_expired` of an old attest',
    run: async (tester) => {
      const old = withAttest((right) => ({ ...right, toa: now() - HOUR - 60 }))
      const { text, status } = await tester.ask(old)
      return verdict([
        !(status === 403 && text.includes('attestation_has_expired')) &&
          'the words are missing, by which a front-end knows what to do',
      ])
    },
  },
  refusal({
    id: 'N-ATT-4',
    title: 'refuses an attest without purpose, decision or organisation',
    status: FORBIDDEN,
    codes: ['ATTEST_MALFORMED'],
    attempts: () => ({
      'no purpose': withAttest(({ care_relationship: care, ...rest }) => ({
        ...rest,
        care_relationship: { ...care, purpose_of_use: undefined },
      })),
      'no decision': withAttest(({ care_relationship: care, ...rest }) => ({
        ...rest,
        care_relationship: { ...care, decision_ref: undefined },
      })),
      'no legal entity': withAttest(({ practitioner, ...rest }) => ({
        ...rest,
        practitioner: { ...practitioner, legal_entity: undefined },
      })),
    }),
  }),
  refusal({
    id: 'N-ATT-5',
    title: 'refuses an attest of somebody else than the token’s user',
    status: FORBIDDEN,
    attempts: ({ setting }) => ({
      'another person': withAttest(({ practitioner, ...rest }) => ({
        ...rest,
        practitioner: {
          ...practitioner,
          identifier: { ...(practitioner['identifier'] as object), id: setting.patients.unknown },
        },
      })),
    }),
  }),
  {
    id: 'N-ATT-6',
    level: 'MUST',
    title: 'holds an attest to the first patient that it was used for',
    run: async (tester) => {
      const { known, unknown } = tester.setting.patients
      const token = inSession(`one-session-${Date.now()}`)
      const first = await tester.ask({ token, patient: known })
      const second = await tester.ask({ token, patient: unknown })
      const again = await tester.ask({ token, patient: known })
      return verdict([
        first.status !== 200 && `the first patient: ${named(first)}`,
        problemOf('another patient', second, FORBIDDEN, ['ATTESTATION_BOUND_TO_OTHER_PATIENT']),
        again.status !== 200 && `the first patient again: ${named(again)}`,
      ])
    },
  },
  {
    id: 'N-ATT-7',
    level: 'SHOULD',
    title: 'reads the attest as the specification spells it, too',
    run: async (tester) => {
      const spelled = withAttest(({ care_relationship: care, ...rest }) => ({
        attestation: { ...rest, care_relation: care },
      }))
      const answer = await tester.ask(spelled)
      return verdict([!(answer.status === 200 && hasData(answer)) && `answered ${named(answer)}`])
    },
  },
  {
    id: 'N-ATT-8',
    level: 'SHOULD',
    title: 'challenges for a better attest: insufficient_authorization_details',
    run: async (tester) => {
      const { headers } = await tester.ask(withAttest(() => undefined))
      const challenge = headers.get('www-authenticate') ?? ''
      return verdict([
        !challenge.includes('error="insufficient_authorization_details"') && 'no such challenge',
      ])
    },
  },
  {
    id: 'N-ATT-9',
    level: 'MUST',
    title: 'holds the authorisation in the attest against the register of health personnel',
    run: async (tester) => {
      const { registers, requesters } = tester.setting
      const practitioner = at(requesters.permitted[claims.attest], 'practitioner')
      if (!registers) return notApplicable('the node asks no register')
      if (at(practitioner, 'authorization') === undefined) {
        return notApplicable('the permitted requester has no authorisation')
      }
      const other = at(practitioner, 'authorization', 'code') === 'ET' ? 'LE' : 'ET'
      const answer = await tester.ask(
        withAttest(({ practitioner: who, ...rest }) => ({
          ...rest,
          practitioner: {
            ...who,
            authorization: { ...(who['authorization'] as object), code: other },
          },
        })),
      )
      return verdict([problemOf('another authorisation', answer, FORBIDDEN)])
    },
  },
]
