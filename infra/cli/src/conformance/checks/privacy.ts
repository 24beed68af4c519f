import { type Check, verdict } from '../check.js'
import { at, hasData, listAt, named, textAt } from '../read.js'
import type { Answer, Tester } from '../tester.js'

/** What betrays a program: traces of a stack, files, addresses of other machines, messages of libraries. */
const INNARDS =
  /\n\s+at |\.(?:[cm]?[jt]s|java|py|cs|go|rb):\d+|node_modules|Traceback|Exception in|ECONN(?:REFUSED|RESET)|SQLSTATE|\b(?:postgres(?:ql)?|jdbc|redis|mongodb):\/\//

const REFUSED = [400, 401, 403, 404, 405, 406, 413, 415, 429, 503]

/** All refusals so far: these checks come last. Some kinds are asked for, so that there are any. */
async function refusals(tester: Tester): Promise<readonly Answer[]> {
  await tester.ask({ proof: () => undefined })
  await tester.ask({ query: 'query { patient' })
  await tester.ask({ patient: '12345678901' })
  await tester.ask({ context: () => ({}) })
  return tester.exchanges.filter(({ status }) => status !== 200)
}

const numbersOf = ({ setting: { patients } }: Tester): readonly string[] =>
  Object.values(patients).filter((one): one is string => typeof one === 'string')

export const privacyChecks: readonly Check[] = [
  {
    id: 'N-ERR-1',
    level: 'MUST',
    title: 'refuses with `{"errors": [{"message", "extensions": {"code"}}]}` and no data',
    run: async (tester) => {
      const wrong = (await refusals(tester)).find((answer) => {
        const errors = listAt(answer.json, 'errors')
        const isFormed =
          textAt(errors[0], 'message') !== '' &&
          /^[A-Z][A-Z0-9_]+$/.test(textAt(errors[0], 'extensions', 'code'))
        return errors.length !== 1 || !isFormed || hasData(answer)
      })
      return verdict([wrong && `another form of a refusal with ${named(wrong)}`])
    },
  },
  {
    id: 'N-ERR-2',
    level: 'MUST',
    title: 'refuses by the statuses of the protocol',
    run: async (tester) => {
      const wrong = (await refusals(tester)).find(({ status }) => !REFUSED.includes(status))
      return verdict([wrong && `status ${named(wrong)}`])
    },
  },
  {
    id: 'N-ERR-3',
    level: 'MUST',
    title: 'tells nothing of its innards when it refuses',
    run: async (tester) => {
      const wrong = (await refusals(tester)).find(({ text }) => INNARDS.test(text))
      return verdict([wrong && `a stack, file or address with ${named(wrong)}`])
    },
  },
  {
    id: 'N-PRIV-1',
    level: 'MUST',
    title: 'never repeats a patient’s number, in data, errors or headers',
    run: async (tester) => {
      await refusals(tester)
      const numbers = numbersOf(tester)
      const wrong = tester.exchanges.find(({ text, headers }) => {
        const said = `${text} ${[...headers].flat().join(' ')}`
        return numbers.some((number) => said.includes(number))
      })
      return verdict([wrong && `the patient’s number with ${named(wrong)}`])
    },
  },
  {
    id: 'N-PRIV-2',
    level: 'MUST',
    title: 'neither answers nor repeats a number in an address',
    run: async (tester) => {
      // Of nobody: its check digits do not hold. Nobody's number belongs into an address, not even here.
      const number = '12345678901'
      const paths = [
        `${tester.url}?identifier=${number}`,
        `${tester.setting.baseUrl}/patient/${number}`,
      ]
      const answers = await Promise.all(paths.map((path) => tester.fetch(path)))
      return verdict(
        answers.flatMap((answer) => [
          answer.status < 400 && `an address with a number is answered ${named(answer)}`,
          (answer.text.includes(number) || [...answer.headers].flat().join(' ').includes(number)) &&
            `the number is repeated with ${named(answer)}`,
        ]),
      )
    },
  },
  {
    id: 'N-OPS-1',
    level: 'MUST',
    title: 'says whether it lives and whether it is ready, to everybody',
    run: async (tester) => {
      const [live, ready] = await Promise.all(
        ['/health/live', '/health/ready'].map((path) => tester.fetch(path)),
      )
      return verdict([
        live?.status !== 200 && `/health/live: ${live && named(live)}`,
        ready?.status !== 200 && `/health/ready: ${ready && named(ready)}`,
        at(ready?.json, 'status') !== 'ready' && '/health/ready does not say `ready`',
      ])
    },
  },
  {
    id: 'N-OPS-2',
    level: 'MUST',
    title: 'tells of its health neither addresses nor numbers of people',
    run: async (tester) => {
      const { text } = await tester.fetch('/health/ready')
      return verdict([
        INNARDS.test(text) && 'an address or a stack',
        /(?<!\d)\d{11}(?!\d)/.test(text) && 'eleven digits in a row',
      ])
    },
  },
]
