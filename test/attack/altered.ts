import { isGenuinePage } from '@kilde/trust/context'
import { type Attempt, askNode } from './attack.js'
import { asWished } from './questions.js'

/** A node's answer is changed on its way back: whoever checks the source's signature must see it. */
export async function alteredAnswer(attempt: Attempt): Promise<string | undefined> {
  const { world, random, target, captured } = attempt
  const answer = await askNode(attempt, { list: asWished(captured.wish) })
  if (answer.status !== 200) return `the honest request was refused: ${answer.text}`
  const signature = String(answer.headers['kilde-page-signature'])
  const [, payload = ''] = captured.signature.split('.')
  const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string }
  const { state } = await world.registry()
  const number = world.numberOf(target)
  const keys = state.organizations.find((one) => one.number === number)?.pageKeys ?? []
  const given = { organization: number, page: Buffer.from(answer.text), signature, requestId: jti }
  if (!isGenuinePage(given, keys)) return 'a genuine answer passes for altered'
  const changed = random.pick<() => typeof given>([
    () => ({ ...given, page: flipped(given.page, random.below(given.page.length)) }),
    () => ({ ...given, page: given.page.subarray(0, given.page.length - 1) }),
    () => ({
      ...given,
      page: Buffer.from(answer.text.replace(/"status":"\w+"/, '"status":"NONE"')),
    }),
    () => ({ ...given, requestId: 'another request' }),
    () => ({ ...given, organization: '310000999' }),
    () => ({ ...given, signature: flippedText(signature, random.below(signature.length)) }),
  ])()
  return isGenuinePage(changed, keys) ? 'an altered answer passes for genuine' : undefined
}

function flipped(bytes: Buffer, at: number): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function flippedText(text: string, at: number): string {
  const letter = text[at] === 'A' ? 'B' : 'A'
  return `${text.slice(0, at)}${letter}${text.slice(at + 1)}`
}
