import { generateKeyPairSync } from 'node:crypto'
import { createProofSigner } from '@kilde/trust'
import { type Answered, signedPost } from '../kit/signed-post.js'
import { alteredAnswer } from './altered.js'
import { type Attempt, askNode, capture, type Forgery } from './attack.js'
import { asWished, moreRows, widened } from './questions.js'
import { other, targets } from './world.js'

/** What came of an attempt: `undefined` where it was held off, else what it got. */
export type Outcome = string | undefined

export interface Attack {
  readonly name: string
  run(attempt: Attempt): Promise<Outcome>
}

/** Held off only where the node says one of the codes: a refusal for another reason would prove nothing. */
function held({ status, text }: Answered, codes: readonly string[]): Outcome {
  const { data, errors = [] } = JSON.parse(text) as {
    readonly data?: unknown
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
  }
  if (status === 200 || data !== undefined) return `disclosed: ${text.slice(0, 200)}`
  const code = errors[0]?.extensions?.code ?? ''
  return codes.includes(code) ? undefined : `refused for another reason: ${status} ${code}`
}

const forging =
  (codes: readonly string[], forge: (attempt: Attempt) => Forgery | Promise<Forgery>) =>
  async (attempt: Attempt): Promise<Outcome> =>
    held(await askNode(attempt, await forge(attempt)), codes)

/** A key that is not the requester's. */
const stranger = createProofSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

const own = (attempt: Attempt, body: string): string =>
  stranger.signRequest({ body: Buffer.from(body), accessToken: attempt.captured.token })

/** The captured body about somebody else. */
const swapped = (body: string): string =>
  body.replace(/"identifier":"\d+"/, `"identifier":"${other.identifier}"`)

const edited = (token: string, change: (claims: Record<string, unknown>) => object): string => {
  const [head = '', payload = '', end = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  const changed = Buffer.from(JSON.stringify({ ...claims, ...change(claims) })).toString(
    'base64url',
  )
  return [head, changed, end].join('.')
}

const PURPOSES = ['BTG', 'ETREAT', 'COC', 'PATRQT']

export const attacks: readonly Attack[] = [
  {
    name: 'forged purpose',
    run: forging(['CONTEXT_MISMATCH'], ({ random }) => ({
      kilde: { purpose: random.pick(PURPOSES) },
    })),
  },
  {
    name: 'forged ground in the token that is shown',
    run: forging(['REQUESTER_EVIDENCE_INVALID'], ({ captured }) => ({
      request: { token: edited(captured.token, () => ({ sub: 'somebody' })) },
    })),
  },
  {
    name: 'swapped patient',
    run: forging(['BEYOND_SIGNATURE'], () => ({ identifier: other.identifier })),
  },
  {
    name: 'swapped patient, in the signed body too',
    run: forging(['REQUEST_SIGNATURE_INVALID'], ({ captured }) => ({
      identifier: other.identifier,
      request: { body: swapped(captured.body) },
    })),
  },
  {
    name: 'swapped patient, signed by a key of its own',
    run: forging(['REQUEST_SIGNATURE_INVALID'], (attempt) => {
      const body = swapped(attempt.captured.body)
      return { identifier: other.identifier, request: { body, signature: own(attempt, body) } }
    }),
  },
  {
    name: 'key of its own in a forged token',
    run: forging(['REQUESTER_EVIDENCE_INVALID'], (attempt) => {
      const { body, token } = attempt.captured
      const forged = edited(token, () => ({ cnf: { jkt: stranger.jkt } }))
      const signature = stranger.signRequest({ body: Buffer.from(body), accessToken: forged })
      return { request: { token: forged, signature } }
    }),
  },
  {
    name: 'exchanged token as evidence of the gateway’s own key',
    run: forging(['REQUESTER_EVIDENCE_INVALID'], async ({ world, captured, target }) => {
      const token = await world.exchanged(captured.victim, target)
      const bytes = Buffer.from(captured.body)
      return {
        request: {
          token,
          signature: world.gateway.proof.signRequest({ body: bytes, accessToken: token }),
        },
      }
    }),
  },
  {
    name: 'token of another requester reused',
    run: forging(['REQUESTER_EVIDENCE_INVALID'], async ({ world, captured, target, random }) => {
      const others = world.victims.filter((victim) => victim !== captured.victim)
      const accessToken = await world.exchanged(random.pick(others), target)
      return { accessToken }
    }),
  },
  {
    name: 'proof or token in the place of a signature',
    run: forging(['REQUEST_SIGNATURE_MALFORMED'], ({ world, captured, random }) => {
      const { proof, token } = captured.victim.session
      const made = proof.sign({
        method: 'POST',
        url: world.network.gateway,
        accessToken: token.value,
        body: Buffer.from(captured.body),
      })
      return { request: { signature: random.pick([made, token.value, 'e30.e30.e30']) } }
    }),
  },
  {
    name: 'signature used again',
    run: async (attempt) => {
      const first = await askNode(attempt)
      if (first.status !== 200) return `the honest request was refused: ${first.text}`
      return held(await askNode(attempt), ['REQUEST_SIGNATURE_REPLAYED'])
    },
  },
  {
    name: 'signature of another time',
    run: async (attempt) => {
      const { random, world } = attempt
      const agoMs = random.pick([66_000 + random.below(280_000), -7_000 - random.below(3_600_000)])
      const captured = capture(world, random, agoMs)
      return held(await askNode({ ...attempt, captured }), ['REQUEST_SIGNATURE_EXPIRED'])
    },
  },
  {
    name: 'wider fields, conditions or lists',
    run: forging(['BEYOND_SIGNATURE'], ({ captured, random }) => ({
      list: widened(captured.wish, random),
    })),
  },
  {
    name: 'more rows, or earlier ones',
    run: forging(['BEYOND_SIGNATURE'], ({ captured, random }) => ({
      list: moreRows(captured.wish, random),
    })),
  },
  {
    name: 'more rows in several rounds',
    run: async (attempt) => {
      const list = asWished(attempt.captured.wish)
      for (let rest = list.first; rest > 0; ) {
        const first = 1 + attempt.random.below(rest)
        const { status, text } = await askNode(attempt, { list: { ...list, first } })
        if (status !== 200) return `a signed round was refused: ${text}`
        rest -= first
      }
      const beyond = await askNode(attempt, { list: { ...list, first: 1 } })
      return held(beyond, ['REQUEST_SIGNATURE_REPLAYED'])
    },
  },
  {
    name: 'several rounds at once',
    run: async (attempt) => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => askNode(attempt)))
      const answered = answers.filter(({ status }) => status === 200)
      return answered.length === 1
        ? undefined
        : `${answered.length} of 4 equal rounds were answered`
    },
  },
  {
    name: 'no signature at all',
    run: forging(['REQUEST_SIGNATURE_REQUIRED'], () => ({ request: null })),
  },
  {
    name: 'direct call with a token of another organisation',
    run: forging(['TOKEN_AUDIENCE'], async ({ world, captured, target, random }) => {
      const elsewhere = random.pick(targets.filter((one) => one !== target))
      return { accessToken: await world.exchanged(captured.victim, elsewhere) }
    }),
  },
  {
    name: 'direct call with the requester’s own token and the gateway’s key',
    run: forging(['TOKEN_AUDIENCE'], ({ captured }) => ({ accessToken: captured.token })),
  },
  {
    name: 'direct call without a token',
    run: async ({ world, target }) => {
      const url = `${world.network.endpoints[target]}/graphql`
      const sent = {
        url,
        body: '{"query":"{ __typename }"}',
        token: '',
        proof: world.gateway.proof,
      }
      return held(await signedPost({ ...sent, headers: { authorization: undefined } }), [
        'TOKEN_MISSING',
      ])
    },
  },
  { name: 'altered answer', run: alteredAnswer },
]
