import { contractVersion, parseInstant, previousContractVersion, sharingSdl } from '@kilde/contract'
import { buildASTSchema, isEnumType, parse } from 'graphql'
import { type Check, notApplicable, verdict } from '../check.js'
import { clinicalLists, listIn, listQuery, ofEachList } from '../lists.js'
import { at, listAt, named, textAt } from '../read.js'
import type { Answer } from '../tester.js'

const schema = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true })
const namesOf = (type: string): readonly string[] => {
  const found = schema.getType(type)
  return isEnumType(found) ? found.getValues().map(({ name }) => name) : []
}

const reportsIn = ({ json }: Answer) => listAt(json, 'data', 'patient', 'list', 'sources')

/** Difference of clocks that is not held against a node (milliseconds). */
const SKEW_MS = 10_000

const [observations] = clinicalLists

export const reportChecks: readonly Check[] = [
  {
    id: 'N-REP-1',
    level: 'MUST',
    title: 'tells of itself, and of itself alone, with every list',
    run: async (tester) =>
      verdict(
        await ofEachList(tester, ({ answer }) => {
          const reports = reportsIn(answer)
          const number = at(reports[0], 'organization', 'number')
          return [
            reports.length !== 1 && `${reports.length} reports`,
            number !== tester.setting.organization && 'the report is of another organisation',
          ]
        }),
      ),
  },
  {
    id: 'N-REP-2',
    level: 'MUST',
    title: 'says OK, EMPTY or TRUNCATED, as its rows are',
    run: async (tester) =>
      verdict(
        await ofEachList(tester, ({ answer, rows }) => {
          const [report] = reportsIn(answer)
          const status = textAt(report, 'status')
          const dropped = at(report, 'dropped')
          return [
            !['OK', 'EMPTY', 'TRUNCATED'].includes(status) && `status ${status || 'is missing'}`,
            status === 'EMPTY' && rows.length > 0 && 'EMPTY with rows',
            status === 'OK' && rows.length === 0 && dropped === 0 && 'OK without rows',
            at(report, 'returned') !== rows.length && '`returned` is not the number of rows',
            !(Number.isSafeInteger(dropped) && Number(dropped) >= 0) && '`dropped` is no count',
          ]
        }),
      ),
  },
  {
    id: 'N-REP-3',
    level: 'MUST',
    title: 'says as of when its answer is',
    run: async (tester) =>
      verdict(
        await ofEachList(tester, ({ answer }) => {
          const instant = parseInstant(textAt(reportsIn(answer)[0], 'asOf'))
          return [
            instant === undefined && '`asOf` is no instant',
            instant !== undefined && instant > Date.now() + SKEW_MS && '`asOf` is in the future',
          ]
        }),
      ),
  },
  {
    id: 'N-REP-4',
    level: 'MUST',
    title: 'speaks this version of the contract, or the one before',
    run: async (tester) =>
      verdict(
        await ofEachList(tester, ({ answer }) => {
          const version = textAt(reportsIn(answer)[0], 'contractVersion')
          return [
            ![contractVersion, previousContractVersion].includes(version) &&
              `version ${version || 'is missing'} is neither ${contractVersion} nor ${previousContractVersion}`,
          ]
        }),
      ),
  },
  {
    id: 'N-REP-5',
    level: 'MUST',
    title: 'says whether something is withheld, in words of the contract',
    run: async (tester) =>
      verdict(
        await ofEachList(tester, ({ answer }) => {
          const [report] = reportsIn(answer)
          const [withheld, reason] = [textAt(report, 'withheld'), at(report, 'reason')]
          const isKnown =
            reason === null ||
            (typeof reason === 'string' && namesOf('ReasonCode').includes(reason))
          return [
            !namesOf('Withheld').includes(withheld) && 'another word than those of `Withheld`',
            !isKnown && 'another word than those of `ReasonCode`',
          ]
        }),
      ),
  },
  {
    id: 'N-REP-6',
    level: 'MUST',
    title: 'answers about a patient whom it does not know: EMPTY, with 200',
    run: async (tester) => {
      if (!observations) return notApplicable('the contract has no list')
      const { unknown } = tester.setting.patients
      const query = listQuery(observations)
      const answer = await tester.ask({ patient: unknown, query, variables: { first: 10 } })
      const { rows, total } = listIn(answer)
      return verdict([
        answer.status !== 200 && `answered ${named(answer)}`,
        rows.length > 0 && 'rows came',
        answer.status === 200 && textAt(reportsIn(answer)[0], 'status') !== 'EMPTY' && 'not EMPTY',
        answer.status === 200 && observations.counts && total !== 0 && 'the count is not 0',
      ])
    },
  },
  {
    id: 'N-REP-7',
    level: 'MUST',
    title: 'never claims to be complete where something is withheld, dropped or cut',
    run: async (tester) =>
      verdict(
        await ofEachList(tester, ({ answer }) => {
          const [report] = reportsIn(answer)
          const complete = at(answer.json, 'data', 'patient', 'list', 'complete')
          const isWhole =
            at(report, 'withheld') === 'NONE' &&
            at(report, 'dropped') === 0 &&
            at(report, 'status') !== 'TRUNCATED'
          return [complete !== isWhole && `\`complete\` is ${String(complete)}`]
        }),
      ),
  },
]
