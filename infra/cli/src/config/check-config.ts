import { parseEnv } from 'node:util'
import { ConfigurationError } from '@kilde/service'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { readText } from '../files.js'
import { formatJson } from '../format-json.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import {
  type Environment,
  isServiceName,
  type ServiceSettings,
  serviceNames,
  services,
} from './services.js'

export interface CheckConfigOptions {
  readonly service: string
  /** File of settings, as `node --env-file` reads it. Default: the environment. */
  readonly envFile?: string
  readonly production?: true
  readonly json?: true
}

/** What a service would say of its settings, without starting it. */
export async function checkConfig(
  options: CheckConfigOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { service } = options
  const known = await settingsOf(service)
  const env = await readEnvironment(options, surroundings)
  const problems = [...unknownSettings(known, env), ...problemsOf(known, env)]
  const set = Object.keys(known.settings).filter((name) => isSet(name, env))
  tell({ service, problems, set, known }, options, surroundings)
  return problems.length === 0 ? exitCodes.done : exitCodes.failed
}

/** All that is wrong with the settings of a service, each by its name. @throws CliError `USAGE` */
export async function faultsIn(service: string, env: Environment): Promise<readonly string[]> {
  const known = await settingsOf(service)
  return [...unknownSettings(known, env), ...problemsOf(known, env)]
}

function settingsOf(service: string): Promise<ServiceSettings> {
  if (isServiceName(service)) return services[service]()
  throw new CliError('USAGE', {
    text: `There is no service of that name; there are: ${serviceNames.join(', ')}.`,
  })
}

async function readEnvironment(
  { envFile, production }: CheckConfigOptions,
  { env, folder }: Surroundings,
): Promise<Environment> {
  const given = envFile === undefined ? env : parseEnv(await readText(envFile, folder))
  return production ? { ...given, NODE_ENV: 'production' } : given
}

function problemsOf({ read }: ServiceSettings, env: Environment): readonly string[] {
  try {
    read(env)
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

/** A setting that nobody reads is one that somebody believes in: the service starts without it and says nothing. */
function unknownSettings({ settings }: ServiceSettings, env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('KILDE_') && isSet(name, env))
    .filter((name) => !Object.hasOwn(settings, name.replace(/_FILE$/, '')))
    .filter((name) => !Object.hasOwn(settings, name))
    .toSorted()
    .map((name) => `${name}: is no setting of this service`)
}

const isSet = (name: string, env: Environment): boolean =>
  Boolean(env[name]) || Boolean(env[`${name}_FILE`])

interface Checked {
  readonly service: string
  readonly problems: readonly string[]
  /** Names of settings that are set. */
  readonly set: readonly string[]
  readonly known: ServiceSettings
}

function tell(
  { service, problems, set, known }: Checked,
  { json }: CheckConfigOptions,
  { out, err }: Surroundings,
): void {
  const { red, green } = coloursFor(err)
  if (json) out.write(`${formatJson({ service, usable: problems.length === 0, problems, set })}\n`)
  for (const problem of problems) err.write(`${red('kilde:')} ${problem}\n`)
  if (problems.length > 0) return
  const left = Object.keys(known.settings).length - set.length
  err.write(
    `${green('kilde:')} the ${service} can start: ${set.length} settings are given, ${left} are left as they are.\n`,
  )
}
