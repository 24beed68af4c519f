import { sharingSdl } from '@kilde/contract'
import { claims } from '@kilde/trust'
import { buildASTSchema, isEnumType, parse } from 'graphql'
import { type Check, notApplicable, verdict } from '../check.js'
import { clinicalLists, listIn, listQuery } from '../lists.js'
import { codeOf, listAt, named, textAt } from '../read.js'
import { problemOf } from '../refused.js'
import type { Claims } from '../setting.js'
import type { Answer, Question, Tester } from '../tester.js'

const FORBIDDEN = [403]
const reasons = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true }).getType('ReasonCode')
const reasonCodes: readonly string[] = isEnumType(reasons)
  ? reasons.getValues().map(({ name }) => name)
  : []

const LOG = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { accessLog(first: 1) { edges { cursor } } } }`

/** A refusal by policy, with a reason of the contract. */
function refusedByPolicy(name: string, answer: Answer, wanted?: readonly string[]) {
  const reason = textAt(answer.json, 'errors', 0, 'extensions', 'reason')
  return [
    problemOf(name, answer, FORBIDDEN),
    codeOf(answer) === 'POLICY_REFUSED' &&
      !reasonCodes.includes(reason) &&
      `${name}: reason ${reason || 'is missing'}`,
    wanted !== undefined &&
      answer.status === 403 &&
      !wanted.includes(reason) &&
      `${name}: reason ${reason || 'is missing'} instead of ${wanted.join(' or ')}`,
  ]
}

interface Policy {
  readonly id: string
  readonly title: string
  /** Undefined, with why: the setting does not allow it. */
  readonly question: (tester: Tester) => Question | string
  readonly reasons?: readonly string[]
}

const refusedFor = ({ id, title, question, reasons: wanted }: Policy): Check => ({
  id,
  level: 'MUST',
  title,
  run: async (tester) => {
    const asked = question(tester)
    if (typeof asked === 'string') return notApplicable(asked)
    const answer = await tester.ask(asked)
    return verdict(refusedByPolicy('it', answer, wanted))
  },
})

type Attest = Claims & { readonly practitioner: Claims; readonly care_relationship: Claims }

const NOBODY = 'no citizen is named'

const withCitizen = (tester: Tester, change: (right: Claims) => Claims): Question | string => {
  const { citizen } = tester.setting.requesters
  return citizen ? { as: citizen, token: change } : NOBODY
}

const [observations] = clinicalLists
const query = observations && listQuery(observations)

export const policyChecks: readonly Check[] = [
  refusedFor({
    id: 'N-POL-1',
    title: 'denies who has neither employment nor agreement',
    question: () => ({ token: ofStrangers }),
  }),
  refusedFor({
    id: 'N-POL-2',
    title: 'denies personnel without HPR number and authorisation, with a reason of the contract',
    question: () => ({ token: withoutAuthorisation }),
    reasons: ['ROLE', 'POLICY'],
  }),
  refusedFor({
    id: 'N-POL-3',
    title: 'gives the access log to citizens alone',
    question: () => ({ query: LOG }),
  }),
  refusedFor({
    id: 'N-POL-4',
    title: 'refuses break-glass without a reason in the requester’s own words',
    question: () => ({ token: breakingGlass }),
    reasons: ['BREAK_GLASS_INCOMPLETE', 'ROLE', 'PURPOSE'],
  }),
  refusedFor({
    id: 'N-POL-5',
    title: 'shows citizens nobody’s data but their own',
    question: ({ setting }) => {
      const { citizen } = setting.requesters
      return citizen ? { as: citizen, patient: setting.patients.unknown } : NOBODY
    },
    reasons: ['NOT_REPRESENTED'],
  }),
  refusedFor({
    id: 'N-POL-6',
    title: 'believes nobody’s word that they represent somebody',
    question: (tester) => {
      const question = withCitizen(tester, (right) =>
        representing(right, tester.setting.patients.unknown),
      )
      const { unknown: patient } = tester.setting.patients
      return typeof question === 'string' ? question : { ...question, patient }
    },
    reasons: ['NOT_REPRESENTED'],
  }),
  refusedFor({
    id: 'N-POL-7',
    title: 'keeps digital access closed at the ages of the rules',
    question: ({ setting }) => {
      const { youth } = setting.requesters
      const patient = youth?.[claims.pid]
      return youth && typeof patient === 'string' ? { as: youth, patient } : 'no youth is named'
    },
    reasons: ['AGE'],
  }),
  refusedFor({
    id: 'N-POL-8',
    title: 'answers citizens only through the gateways that it has named',
    question: (tester) =>
      withCitizen(tester, (right) => ({
        ...right,
        act: { sub: 'another-client' },
        client_id: 'another-client',
      })),
  }),
  {
    id: 'N-POL-9',
    level: 'MUST',
    title: 'closes what the patient has blocked, and says so only where it discloses that',
    run: async (tester) => {
      const { patients, disclosure } = tester.setting
      if (!patients.blocked || !query) return notApplicable('no patient is named who has blocked')
      const answer = await tester.ask({
        patient: patients.blocked,
        query,
        variables: { first: 50 },
      })
      const { rows, total } = listIn(answer)
      const withheld = withheldIn(answer)
      const wanted = disclosure === 'visible' ? 'OBJECTION' : 'NOT_DISCLOSED'
      return verdict([
        answer.status !== 200 && `answered ${named(answer)}`,
        rows.length > 0 && 'blocked rows came',
        (total ?? 0) !== 0 && 'blocked rows are counted',
        answer.status === 200 && withheld !== wanted && `withheld ${withheld} instead of ${wanted}`,
      ])
    },
  },
  {
    id: 'N-POL-10',
    level: 'MUST',
    title: 'discloses that something is withheld for all patients, or for none',
    run: async (tester) => {
      if (!query) return notApplicable('the contract has no list')
      const { patients, disclosure } = tester.setting
      const answers = []
      for (const patient of [patients.known, patients.unknown]) {
        answers.push(withheldIn(await tester.ask({ patient, query, variables: { first: 1 } })))
      }
      const wrong = answers.filter((one) => (one === 'NOT_DISCLOSED') !== (disclosure === 'hidden'))
      return verdict([
        wrong.length > 0 && `withheld ${wrong.join(', ')} where ${disclosure} was chosen`,
      ])
    },
  },
]

const withheldIn = ({ json }: Answer): string =>
  textAt(listAt(json, 'data', 'patient', 'list', 'sources')[0], 'withheld')

/** Organisation that nobody has an agreement with. */
const STRANGER = '999999990'

function ofStrangers(right: Claims): Claims {
  const attest = right[claims.attest] as Attest
  const organization = (was: unknown) => ({ ...(was as object), id: STRANGER })
  const { practitioner } = attest
  return {
    ...right,
    [claims.orgnrParent]: STRANGER,
    [claims.orgnrChild]: STRANGER,
    [claims.attest]: {
      ...attest,
      practitioner: {
        ...practitioner,
        legal_entity: organization(practitioner['legal_entity']),
        point_of_care: organization(practitioner['point_of_care']),
      },
    },
  }
}

function withoutAuthorisation(right: Claims): Claims {
  const { [claims.hprNumber]: _number, ...rest } = right
  const attest = right[claims.attest] as Attest
  const { hpr_nr: _nr, authorization: _authorization, ...practitioner } = attest.practitioner
  return { ...rest, [claims.attest]: { ...attest, practitioner } }
}

function breakingGlass(right: Claims): Claims {
  const attest = right[claims.attest] as Attest
  const { care_relationship: care } = attest
  const decision = {
    ...(care['decision_ref'] as object),
    description: undefined,
    user_selected: false,
  }
  return {
    ...right,
    [claims.attest]: {
      ...attest,
      care_relationship: {
        ...care,
        purpose_of_use: { ...(care['purpose_of_use'] as object), code: 'BTG' },
        decision_ref: decision,
      },
    },
  }
}

function representing(right: Claims, patient: string): Claims {
  const citizen = right[claims.citizen] as Claims
  const purpose = { ...(citizen['purpose_of_use'] as object), code: 'FAMRQT' }
  return { ...right, [claims.citizen]: { purpose_of_use: purpose, on_behalf_of: patient } }
}
