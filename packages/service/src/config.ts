import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ServiceError } from './errors.js'

/** One setting: its check, what it means (with unit), and whether its value is a secret that is never printed. */
export interface Setting<T> {
  readonly check: z.ZodType<T>
  readonly about: string
  /** Shown in docs/configuration.md; the default itself lives in `check`. */
  readonly example?: string
}

// The values of a specification differ in type; each is narrowed again by `ConfigOf`.
export type ConfigSpec = Readonly<Record<string, Setting<unknown>>>
export type ConfigOf<S extends ConfigSpec> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}

export function setting<T>(check: z.ZodType<T>, about: string, example?: string): Setting<T> {
  return example === undefined ? { check, about } : { check, about, example }
}

/**
 * Reads settings from the environment; an empty string counts as unset. `<NAME>_FILE` names a file that holds the value.
 * @throws ConfigurationError naming every faulty setting at once and never a value.
 */
export function readConfig<S extends ConfigSpec>(
  spec: S,
  env: Readonly<Record<string, string | undefined>>,
  contradictions: (config: ConfigOf<S>) => readonly string[] = () => [],
): ConfigOf<S> {
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  for (const [name, { check }] of Object.entries(spec)) {
    const text = settingText(name, env, problems)
    const read = check.safeParse(text)
    if (read.success) config[name] = read.data
    else if (text === undefined) problems.push(`${name}: is required and not set`)
    else problems.push(`${name}: ${read.error.issues.map((issue) => issue.message).join('; ')}`)
  }
  if (problems.length === 0) problems.push(...contradictions(config as ConfigOf<S>))
  if (problems.length > 0) {
    throw new ConfigurationError(problems)
  }
  return config as ConfigOf<S>
}

/** Settings that a service cannot start with. */
export class ConfigurationError extends ServiceError {
  /** All of them at once, each `<setting>: <what is wrong>`; never a value. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('INVALID_CONFIGURATION', { text: `Configuration:\n  ${problems.join('\n  ')}` })
    this.problems = problems
  }
}

function settingText(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): string | undefined {
  const file = env[`${name}_FILE`]
  if (!file) return env[name] === '' ? undefined : env[name]
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    problems.push(`${name}_FILE: the file cannot be read`)
    return undefined
  }
}

/** Checks that several services use. */
export const checks = {
  port: (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback),
  milliseconds: (fallback: number, min: number, max: number) =>
    z.coerce.number().int().min(min).max(max).default(fallback),
  bytes: (fallback: number, min: number, max: number) =>
    z.coerce.number().int().min(min).max(max).default(fallback),
  url: () => z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, '')),
  redisUrl: () => z.url({ protocol: /^rediss?$/ }).optional(),
  json: <T>(shape: z.ZodType<T>) =>
    z
      .string()
      .transform((text, context) => {
        try {
          return JSON.parse(text) as unknown
        } catch {
          context.addIssue({ code: 'custom', message: 'is not JSON' })
          return z.NEVER
        }
      })
      .pipe(shape),
}
