import { createProofSigner } from '@kilde/trust'
import { nodeQuestion } from '../kit/node-question.js'
import { type Answered, signedPost } from '../kit/signed-post.js'
import type { Random } from '../simulation/random.js'
import { asWished, createWish, type ListQuestion, listQuery, type Wish } from './questions.js'
import { asked, type Target, targets, type Victim, type World } from './world.js'

/** A request that passed through the gateway: what it has of a live requester. */
export interface Captured {
  readonly victim: Victim
  readonly wish: Wish
  readonly body: string
  readonly token: string
  readonly signature: string
}

/** What one attempt works with. */
export interface Attempt {
  readonly world: World
  readonly random: Random
  readonly target: Target
  readonly captured: Captured
}

export function capture(world: World, random: Random, agoMs = 0): Captured {
  const victim = random.pick(world.victims)
  const wish = createWish(random, asked.identifier)
  const body = JSON.stringify({ query: wish.query, variables: wish.variables })
  const accessToken = victim.session.token.value
  const now = () => Date.now() - agoMs
  const signer = agoMs === 0 ? victim.session.proof : createProofSigner(victim.key, { now })
  const signature = signer.signRequest({ body: Buffer.from(body), accessToken })
  return { victim, wish, body, token: accessToken, signature }
}

export const createAttempt = (world: World, random: Random): Attempt => ({
  world,
  random,
  target: random.pick(targets),
  captured: capture(world, random),
})

/** What is sent to a node; everything that is left out is as it was captured. */
export interface Forgery {
  readonly list?: ListQuestion
  readonly identifier?: string
  /** Members of `extensions.kilde`. */
  readonly kilde?: object
  /** What is shown of the requester's request; null leaves it out. */
  readonly request?: Partial<Pick<Captured, 'body' | 'token' | 'signature'>> | null
  /** Token of the request itself. */
  readonly accessToken?: string
}

/** Asks a node directly, with the gateway's own key, as only the gateway can. */
export async function askNode(attempt: Attempt, forgery: Forgery = {}): Promise<Answered> {
  const { world, target, captured } = attempt
  const { victim, wish, body, token, signature } = captured
  const list = forgery.list ?? asWished(wish)
  const accessToken = forgery.accessToken ?? (await world.exchanged(victim, target))
  const shown =
    forgery.request === null ? {} : { request: { body, token, signature, ...forgery.request } }
  const { first, after, codes } = list
  const question = nodeQuestion({
    token: captured.token,
    query: listQuery(list),
    variables: { identifier: forgery.identifier ?? asked.identifier, first, after, codes },
    kilde: { ...shown, ...forgery.kilde },
  })
  const url = `${world.network.endpoints[target]}/graphql`
  return signedPost({ url, body: question, token: accessToken, proof: world.gateway.proof })
}
