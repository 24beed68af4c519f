import { isGenuinePage } from '@kilde/trust/context'
import { type Check, notApplicable, pass, verdict } from '../check.js'
import { hasData, named } from '../read.js'
import { problemOf, refusal } from '../refused.js'
import { ORDINARY, type Question, type SignedParts } from '../tester.js'
import { newKey } from '../tokens.js'

const FORBIDDEN = [403]
const withSigned = (change: (right: SignedParts) => object): Question => ({
  signed: (right) => {
    const { signature, token, body } = right
    return { signature, token, body, ...change(right) }
  },
})

/** The signed body, with something else in it, signed rightly. */
const signing = (change: (body: string) => string): Question =>
  withSigned(({ body, sign }) => {
    const other = change(body)
    return { body: other, signature: sign({ body: other }) }
  })

export const signedChecks: readonly Check[] = [
  {
    id: 'N-SIG-1',
    level: 'MUST',
    title: 'answers only what the requester signed, where it requires that',
    run: async (tester) => {
      if (tester.setting.requestSignature === 'GATEWAY') {
        return notApplicable('the node requires no requester’s signature')
      }
      const answer = await tester.ask({ signed: () => ({}), context: withoutRequest })
      return verdict([problemOf('unsigned', answer, FORBIDDEN, ['REQUEST_SIGNATURE_REQUIRED'])])
    },
  },
  {
    id: 'N-SIG-2',
    level: 'MUST',
    title: 'answers what the requester signed rightly',
    run: async (tester) => {
      const answer = await tester.ask({ signed: true })
      return verdict([!(answer.status === 200 && hasData(answer)) && `answered ${named(answer)}`])
    },
  },
  refusal({
    id: 'N-SIG-3',
    title: 'refuses a signature by another key than that of the requester’s token',
    status: FORBIDDEN,
    attempts: () => ({
      'another key': withSigned(({ sign }) => {
        const key = newKey()
        return { signature: sign({ key, header: { jwk: key.jwk } }) }
      }),
    }),
  }),
  refusal({
    id: 'N-SIG-4',
    title: 'refuses a signature over another body or another token',
    status: FORBIDDEN,
    attempts: () => ({
      'another body': withSigned(({ body }) => ({ body: `${body} ` })),
      'another token': withSigned(({ sign }) => ({
        signature: sign({ payload: { ath: 'A'.repeat(43) } }),
      })),
    }),
  }),
  refusal({
    id: 'N-SIG-5',
    title: 'refuses a signature that is more than 60 seconds old, or of later',
    status: FORBIDDEN,
    attempts: () => ({
      old: withSigned(({ sign }) => ({ signature: sign({ payload: { iat: now() - 180 } }) })),
      'of later': withSigned(({ sign }) => ({
        signature: sign({ payload: { iat: now() + 180 } }),
      })),
    }),
  }),
  refusal({
    id: 'N-SIG-6',
    title:
      'refuses a requester’s token that is no evidence: of somebody else, or for another service',
    status: FORBIDDEN,
    attempts: () => ({
      'for another service': withSigned(({ tokenWith }) => ({
        token: tokenWith((right) => ({ ...right, aud: 'kilde:registry' })),
      })),
      'of somebody else': withSigned(({ tokenWith, sign: _sign }) => ({
        token: tokenWith((right) => ({ ...right, 'helseid://claims/identity/pid': '10000000000' })),
      })),
    }),
  }),
  refusal({
    id: 'N-SIG-7',
    title: 'refuses more than was signed: another patient, another field, more rows',
    status: FORBIDDEN,
    attempts: ({ setting }) => ({
      'another patient': signing((body) =>
        body.replace(setting.patients.known, setting.patients.unknown),
      ),
      'another field': signing((body) =>
        body
          .replace('observations(first: 1)', 'other: name')
          .replace('edges { cursor }', 'variants { rank }'),
      ),
      'fewer rows': {
        ...signing((body) => body),
        query: ORDINARY.replace('first: 1', 'first: 2'),
        signed: ({ token, body, sign }) => {
          const signedBody = body.replace('first: 2', 'first: 1')
          return { token, body: signedBody, signature: sign({ body: signedBody }) }
        },
      },
    }),
  }),
  {
    id: 'N-SIG-8',
    level: 'MUST',
    title: 'answers each signature once',
    run: async (tester) => {
      let passed: object | undefined
      const first = await tester.ask({
        signed: ({ signature, token, body }) => {
          passed = { signature, token, body }
          return passed
        },
      })
      const again = await tester.ask({ signed: () => passed ?? {} })
      return verdict([
        first.status !== 200 && `the first time: ${named(first)}`,
        problemOf('the same signature again', again, FORBIDDEN),
      ])
    },
  },
  refusal({
    id: 'N-SIG-9',
    title: 'refuses a signature of another form',
    status: [400, 403],
    attempts: () => ({
      'no JWS': withSigned(() => ({ signature: 'abc' })),
      'another typ': withSigned(({ sign }) => ({
        signature: sign({ header: { typ: 'dpop+jwt' } }),
      })),
    }),
  }),
  {
    id: 'N-SIG-10',
    level: 'MUST',
    title: 'signs its answer to a signed request, by a key of the registry’s entry',
    run: async (tester) => {
      const { pageKeys, organization } = tester.setting
      if (pageKeys.length === 0) return notApplicable('the registry’s entry has no page keys')
      const { text, headers, signatureId = '', status } = await tester.ask({ signed: true })
      const signature = headers.get('kilde-page-signature')
      if (status !== 200 || signature === null) return verdict(['no Kilde-Page-Signature'])
      const page = Buffer.from(text)
      const given = { organization, page, signature, requestId: signatureId }
      return isGenuinePage(given, pageKeys) ? pass : verdict(['it does not hold'])
    },
  },
]

const now = (): number => Math.floor(Date.now() / 1000)
const withoutRequest = ({ request: _request, ...rest }: Readonly<Record<string, unknown>>) => rest
