import type { Answer } from './tester.js'

/** A member of something that may be no object. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value
  for (const name of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Readonly<Record<string | number, unknown>>)[name]
  }
  return here
}

export const listAt = (
  value: unknown,
  ...path: readonly (string | number)[]
): readonly unknown[] => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** Code of a refusal. */
export const codeOf = ({ json }: Answer): string => textAt(json, 'errors', 0, 'extensions', 'code')

/** Whether anything of a patient came. */
export const hasData = ({ json }: Answer): boolean => {
  const data = at(json, 'data')
  return data !== undefined && data !== null
}

/** What an answer is called in a report. */
export const named = (answer: Answer): string => {
  const code = codeOf(answer)
  return `${answer.status}${code ? ` ${code}` : ''}`
}
