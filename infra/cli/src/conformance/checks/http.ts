import { type Check, notApplicable, pass, verdict } from '../check.js'
import { withClaims } from '../proofs.js'
import { hasData, named } from '../read.js'
import { answered, isOutcome, problemOf } from '../refused.js'
import type { Tester } from '../tester.js'

/** Larger than any question (bytes). */
const TOO_LARGE = 400_001

const isJson = (type: string | null): boolean =>
  /^application\/(graphql-response\+)?json(;|$)/.test(type ?? '')

/** Both kinds of answer to a question: one with data, and one that refuses. */
async function bothKinds(tester: Tester) {
  const right = await tester.ask()
  const refused = await tester.ask({ proof: () => undefined })
  return [right, refused]
}

export const httpChecks: readonly Check[] = [
  {
    id: 'N-HTTP-1',
    level: 'MUST',
    title: 'answers a question by POST with 200, JSON and `data.patient`',
    run: async (tester) => {
      const answer = await answered(tester, {})
      if (isOutcome(answer)) return answer
      const { headers } = answer
      return verdict([
        !isJson(headers.get('content-type')) && `content type ${headers.get('content-type')}`,
      ])
    },
  },
  {
    id: 'N-HTTP-2',
    level: 'MUST',
    title: 'answers no other method, and nothing that stands in an address',
    run: async (tester) => {
      const query = encodeURIComponent('{ __typename }')
      const problems: (string | false | undefined)[] = []
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const answer = await tester.fetch(`${tester.url}?query=${query}`, { method })
        const { headers } = answer
        problems.push(
          problemOf(method, answer, [405]),
          answer.status === 405 && headers.get('allow') !== 'POST' && `${method}: no Allow: POST`,
        )
      }
      return verdict(problems)
    },
  },
  {
    id: 'N-HTTP-3',
    level: 'MUST',
    title: 'lets nobody keep an answer: Cache-Control: no-store',
    run: async (tester) => {
      const answers = await bothKinds(tester)
      const kept = answers.filter(
        ({ headers }) => !/\bno-store\b/.test(headers.get('cache-control') ?? ''),
      )
      return verdict(kept.map((answer) => `no no-store with ${named(answer)}`))
    },
  },
  {
    id: 'N-HTTP-4',
    level: 'MUST',
    title: 'does not compress',
    run: async (tester) => {
      const { headers } = await tester.ask()
      const encoding = headers.get('content-encoding')
      return verdict([encoding !== null && encoding !== 'identity' && `encoded as ${encoding}`])
    },
  },
  {
    id: 'N-HTTP-5',
    level: 'MUST',
    title: 'sets no cookie and leads nowhere else',
    run: async (tester) => {
      const answers = await bothKinds(tester)
      return verdict(
        answers.flatMap(({ status, headers }) => [
          headers.has('set-cookie') && 'a cookie',
          (headers.has('location') || (status >= 300 && status < 400)) && `a redirect (${status})`,
        ]),
      )
    },
  },
  {
    id: 'N-HTTP-6',
    level: 'MUST',
    title: 'refuses a body of more than 400,000 bytes',
    run: async (tester) => {
      const body = (right: string) => right.padEnd(TOO_LARGE, ' ')
      try {
        return verdict([problemOf('too large', await tester.ask({ body }), [413])])
      } catch {
        // A node may close the connection before all of it has come.
        return pass
      }
    },
  },
  {
    id: 'N-HTTP-7',
    level: 'MUST',
    title: 'refuses what is not a JSON object with a text `query`',
    run: async (tester) => {
      const bodies = {
        'no JSON': '{"query":',
        'a list (batch)': '[]',
        'no query': '{"variables":{}}',
      }
      const problems = []
      for (const [name, text] of Object.entries(bodies)) {
        problems.push(problemOf(name, await tester.ask({ body: () => text }), [400]))
      }
      const answer = await tester.ask({ headers: { 'content-type': 'text/plain' } })
      problems.push(problemOf('text/plain', answer, [400, 415]))
      return verdict(problems)
    },
  },
  {
    id: 'N-HTTP-8',
    level: 'SHOULD',
    title: 'forbids guessing of types: X-Content-Type-Options: nosniff',
    run: async (tester) => {
      const { headers } = await tester.ask()
      return verdict([headers.get('x-content-type-options') !== 'nosniff' && 'no nosniff'])
    },
  },
  {
    id: 'N-HTTP-9',
    level: 'SHOULD',
    title: 'answers twenty questions at once as it answers one',
    run: async (tester) => {
      const one = await answered(tester, {})
      if (isOutcome(one)) return one
      const answers = await Promise.all(Array.from({ length: 20 }, () => tester.ask()))
      const other = answers.find((answer) => answer.status !== 200 || !hasData(answer))
      return verdict([other && `one of twenty is answered ${named(other)}`])
    },
  },
  {
    id: 'N-HTTP-10',
    level: 'MUST',
    title: 'wants a new nonce where it wants one at all, and tells it',
    run: async (tester) => {
      const { headers } = await tester.ask()
      if (!headers.has('dpop-nonce')) return notApplicable('the node wants no nonces')
      const answer = await tester.ask({ proof: withClaims({ nonce: 'of-nobody' }) })
      const challenge = answer.headers.get('www-authenticate') ?? ''
      return verdict([
        problemOf('another nonce', answer, [401]),
        !challenge.includes('use_dpop_nonce') && 'no error="use_dpop_nonce"',
        !answer.headers.has('dpop-nonce') && 'no DPoP-Nonce with the refusal',
      ])
    },
  },
]
