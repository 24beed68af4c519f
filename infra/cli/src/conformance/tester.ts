import { randomUUID } from 'node:crypto'
import { sha256, signParts } from './jws.js'
import type { Question } from './question.js'
import { questionBody } from './question-body.js'
import type { Claims, Setting } from './setting.js'
import { type Key, keyFrom, newKey, proofClaims, tokenClaims, tokenHeader } from './tokens.js'

export { ORDINARY, type Question, type SignedParts } from './question.js'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
  /** Salt of the question. */
  readonly salt: string
  /** `jti` of the requester's signature. */
  readonly signatureId: string | undefined
}

const TIMEOUT_MS = 15_000

/** Asks one node, rightly and wrongly, as a gateway and as a requester would. */
export class Tester {
  readonly setting: Setting
  /** Address of questions. */
  readonly url: string
  /** Everything that the node said to questions, for what must hold of all of it. */
  readonly exchanges: Answer[] = []
  /** What checks found out once, by name. */
  readonly known = new Map<string, Promise<unknown>>()
  readonly #issuer: Key
  readonly #gateway = newKey()
  readonly #requester = newKey()
  readonly #run = randomUUID()
  readonly #attestedAt = Math.floor(Date.now() / 1000) - 5
  #nonce: string | undefined

  constructor(setting: Setting) {
    this.setting = setting
    this.url = `${setting.baseUrl}/graphql`
    this.#issuer = keyFrom(setting.issuer.signingKey)
  }

  /** Finds something out once for all checks. */
  once<T>(name: string, find: () => Promise<T>): Promise<T> {
    const known = this.known.get(name) ?? find()
    this.known.set(name, known)
    return known as Promise<T>
  }

  /** Asks once more where the node wants a nonce (RFC 9449 §9), as a gateway does. */
  async ask(question: Question = {}): Promise<Answer> {
    const first = await this.#send(question)
    const wanted = first.headers.get('dpop-nonce')
    const isWanted = /use_dpop_nonce/.test(first.headers.get('www-authenticate') ?? '')
    if (wanted) this.#nonce = wanted
    return isWanted && wanted ? this.#send(question) : first
  }

  /** Fetches an address of the node as it is. */
  async fetch(path: string, init: RequestInit = {}): Promise<Answer> {
    const url = path.startsWith('/') ? `${new URL(this.url).origin}${path}` : path
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { redirect: 'manual', ...init, signal })
    const text = await response.text()
    const { status, headers } = response
    return { status, headers, text, json: parsed(text), salt: '', signatureId: undefined }
  }

  async #send(question: Question): Promise<Answer> {
    const { organization, gatewayClient } = this.setting
    const who = question.as ?? this.setting.requesters.permitted
    const patient = question.patient ?? this.setting.patients.known
    const right = this.#claims(who, patient, {
      audience: `kilde:organization:${organization}`,
      scope: 'kilde:organization/read',
      jkt: this.#gateway.jkt,
      clientId: gatewayClient,
      actor: gatewayClient,
    })
    const parts = { header: tokenHeader(this.setting), payload: question.token?.(right) ?? right }
    const genuine = signParts(parts, this.#issuer.key)
    const token = question.tokenText?.(genuine, parts, this.#issuer) ?? genuine
    const about = { patient, right, said: parts.payload }
    const { body, salt, signatureId } = questionBody(question, about, {
      setting: this.setting,
      issuer: this.#issuer,
      requester: this.#requester,
    })
    const sent = question.body?.(body) ?? body
    const proof = this.#proof(question, token, question.isProven === false ? body : sent)
    const answer = await this.fetch(this.url, {
      method: 'POST',
      body: sent,
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        authorization: `DPoP ${token}`,
        ...(proof !== undefined && { dpop: proof }),
        ...question.headers,
      },
    })
    const told = { ...answer, salt, signatureId }
    this.exchanges.push(told)
    return told
  }

  #claims(
    who: Claims,
    patient: string,
    target: { audience: string; scope: string; jkt: string; clientId: string; actor?: string },
  ): Claims {
    const session = sha256(`${this.#run} ${String(who['sub'])} ${patient}`).slice(0, 22)
    return tokenClaims(this.setting, { who, session, attestedAt: this.#attestedAt, ...target })
  }

  #proof({ proof }: Question, token: string, body: string): string | undefined {
    const { jwk } = this.#gateway
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk }
    const parts = { header, payload: proofClaims(this.url, token, body, this.#nonce) }
    return proof ? proof(parts, this.#gateway) : signParts(parts, this.#gateway.key)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
