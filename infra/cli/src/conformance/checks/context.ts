import { type Check, verdict } from '../check.js'
import { hasData, named } from '../read.js'
import { refusal } from '../refused.js'
import type { Claims } from '../setting.js'
import type { Question } from '../tester.js'

const FORBIDDEN = [403]
const withContext = (change: Claims): Question => ({
  context: (right) => ({ ...right, ...change }),
})

/** One member that says something else than token and question. */
const other = (id: string, member: string, value: string, title: string): Check =>
  refusal({
    id,
    title,
    status: FORBIDDEN,
    attempts: () => ({ [`another ${member}`]: withContext({ [member]: value }) }),
  })

export const contextChecks: readonly Check[] = [
  refusal({
    id: 'N-CTX-1',
    title: 'refuses a question by an exchanged token that does not state its context',
    status: FORBIDDEN,
    attempts: () => ({
      'no context': { context: ({ salt, deadlineMs }) => ({ salt, deadlineMs }) },
      'no requester': withContext({ requester: undefined }),
      'no patient': withContext({ patient: undefined }),
      'no purpose': withContext({ purpose: undefined }),
      'no operation': withContext({ operation: undefined }),
      'no decision': withContext({ decisionRef: undefined }),
    }),
  }),
  other('N-CTX-2', 'requester', 'somebody-else', 'refuses a context of another requester'),
  other('N-CTX-3', 'patient', 'A'.repeat(22), 'refuses a context of another patient'),
  other('N-CTX-4', 'purpose', 'SUPERVISION', 'refuses a context of another purpose'),
  other('N-CTX-5', 'decisionRef', 'another-decision', 'refuses a context of another decision'),
  other('N-CTX-6', 'operation', 'A'.repeat(43), 'refuses a context of another operation'),
  {
    id: 'N-CTX-7',
    level: 'MUST',
    title: 'passes over members of the context that it does not know',
    run: async (tester) => {
      const answer = await tester.ask(withContext({ laterMember: { of: 'a later version' } }))
      return verdict([!(answer.status === 200 && hasData(answer)) && `answered ${named(answer)}`])
    },
  },
]
