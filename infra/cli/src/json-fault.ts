export interface Place {
  /** From 1. */
  readonly line: number
  /** In characters, from 1. */
  readonly column: number
}

/** Where a text stops being JSON; undefined where it is JSON. Node itself does not always tell, and quotes the text. */
export function jsonFault(text: string): Place | undefined {
  const offset = faultOffset(text)
  if (offset === undefined) return undefined
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** What to say of a text that is not JSON: never a word of it. */
export function notJson(text: string): string {
  const place = jsonFault(text)
  return place ? `is not JSON (line ${place.line}, column ${place.column})` : 'is not JSON'
}

// Strings are matched in runs: an alternative for each character would exhaust the engine's stack on a long one.
const TOKEN =
  /("[^"\\\n\r\t]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\n\r\t]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w))|[{}[\],:]/y
const SPACE = /[ \t\n\r]*/y

/** What may come next: the kinds of token, and what follows each. */
type State = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'after'

function faultOffset(text: string): number | undefined {
  const open: string[] = []
  let state: State = 'value'
  let at = skipSpace(text, 0)
  while (at < text.length && !(state === 'after' && open.length === 0)) {
    TOKEN.lastIndex = at
    const next = follow(TOKEN.exec(text), state, open)
    if (next === undefined) return at
    state = next
    at = skipSpace(text, TOKEN.lastIndex)
  }
  return at === text.length && state === 'after' && open.length === 0 ? undefined : at
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at
  SPACE.exec(text)
  return SPACE.lastIndex
}

/** The state after a token, or undefined where the token may not stand there. */
function follow(found: RegExpExecArray | null, state: State, open: string[]): State | undefined {
  if (!found) return undefined
  const [token, string, scalar] = found
  if (state === 'colon') return token === ':' ? 'value' : undefined
  if ((token === '}' || token === ']') && state !== 'value' && state !== 'name') {
    const mayClose = state === 'after' || state === (token === '}' ? 'first name' : 'first value')
    return mayClose && open.pop() === (token === '}' ? '{' : '[') ? 'after' : undefined
  }
  if (state === 'after') {
    if (token !== ',') return undefined
    return open.at(-1) === '{' ? 'name' : 'value'
  }
  if (state === 'name' || state === 'first name') return string ? 'colon' : undefined
  if (string || scalar) return 'after'
  if (token !== '{' && token !== '[') return undefined
  open.push(token)
  return token === '{' ? 'first name' : 'first value'
}
