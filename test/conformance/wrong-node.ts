import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Claims, readParts } from '@kilde/cli/conformance'
import type { Behaviour } from '@kilde/demo/test-network'

/** A question as it came, taken apart. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string
  readonly tokenHeader: Claims
  readonly token: Claims
  readonly proofText: string
  readonly proofHeader: Claims
  readonly proof: Claims
  readonly query: string
  readonly variables: Claims
  readonly operationName: string
  /** `extensions.kilde`. */
  readonly kilde: Claims
  /** Questions that are under way. */
  readonly atOnce: number
}

/** What the right node said. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Claims
  /** Code of a refusal. */
  readonly code: string
}

export type Change = (told: Told, asked: Asked, lastGood: Told | undefined) => Told

/**
 * A wrong node: what the right one behind it says, but for one thing. What it lets through it answers as a node would that has
 * not looked: with the last good answer.
 */
export function wrongNode(target: () => string, change: Change): Behaviour {
  let lastGood: Told | undefined
  let atOnce = 0
  const serve = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    atOnce += 1
    const body = await buffer(incoming)
    const asked = askedOf(incoming, body, atOnce)
    const told = await askRight(`${target()}${incoming.url ?? ''}`, incoming, body)
    atOnce -= 1
    const said = change(told, asked, lastGood)
    if (told.status === 200 && 'data' in told.json && asked.query.includes('patient'))
      lastGood = told
    const bytes =
      said.headers['content-encoding'] === 'gzip' ? gzipSync(said.text) : Buffer.from(said.text)
    answer.writeHead(said.status, { ...said.headers, 'content-length': bytes.length }).end(bytes)
  }
  return (incoming, answer) => void serve(incoming, answer).catch(() => answer.destroy())
}

/** Headers of one hop, and those that are written anew. */
const OF_HOP = /^(connection|keep-alive|transfer-encoding|content-length|host)$/

async function askRight(url: string, incoming: IncomingMessage, body: Buffer): Promise<Told> {
  const sent = Object.entries(incoming.headers).filter(([name]) => !OF_HOP.test(name))
  const response = await fetch(url, {
    method: incoming.method ?? 'GET',
    headers: Object.fromEntries(sent.map(([name, value]) => [name, String(value)])),
    ...(body.length > 0 && { body }),
  })
  const text = await response.text()
  const headers = [...response.headers].filter(([name]) => !OF_HOP.test(name))
  return toldOf(response.status, Object.fromEntries(headers), text)
}

/** An answer, read. */
export function toldOf(status: number, headers: Told['headers'], text: string): Told {
  const json = objectIn(text)
  const [error] = (json['errors'] ?? []) as readonly { extensions?: { code?: string } }[]
  return { status, headers, text, json, code: error?.extensions?.code ?? '' }
}

function askedOf(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
  atOnce: number,
): Asked {
  const authorization = headers.authorization ?? ''
  const proofText = [headers['dpop'] ?? ''].flat().join(', ')
  const said = objectIn(body.toString('utf8'))
  const { kilde = {} } = (said['extensions'] ?? {}) as { kilde?: Claims }
  const token = readParts(authorization.replace(/^DPoP /, ''))
  const proof = readParts(proofText)
  return {
    ...{ method, url, authorization, proofText, kilde, atOnce },
    ...{ tokenHeader: token.header, token: token.payload },
    ...{ proofHeader: proof.header, proof: proof.payload },
    query: typeof said['query'] === 'string' ? said['query'] : '',
    variables: (said['variables'] ?? {}) as Claims,
    operationName: typeof said['operationName'] === 'string' ? said['operationName'] : '',
  }
}

function objectIn(text: string): Claims {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : {}
  } catch {
    return {}
  }
}
