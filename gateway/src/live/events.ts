/** An answer of the protocol GraphQL over Server-Sent Events, in its distinct connections mode. */
export interface EventReply {
  readonly events: AsyncIterable<string>
}

/** A result of the operation: JSON without line breaks, which would end the event's `data`. */
export function nextEvent(result: string | Buffer): string {
  return `event: next\ndata: ${result.toString('utf8').trimEnd()}\n\n`
}

/**
 * There will be no more. With empty `data`, which the protocol does not ask for: a browser's own EventSource drops an event
 * without any (WHATWG HTML, «dispatch the event»).
 */
export const completeEvent = 'event: complete\ndata: \n\n'

/** A result that was written before it was known that it is a part: which sources it waits for is told beside `data`. */
export function withPending(result: Buffer, pending: readonly string[]): string {
  const extensions = JSON.stringify({ kilde: { pending } })
  return `${result.toString('utf8').trimEnd().slice(0, -1)},"extensions":${extensions}}`
}
