import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { formatJson } from '../format-json.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { checks } from './checks/index.js'
import { settingFromDemo } from './from-demo.js'
import { readSetting } from './read-config.js'
import { reportOf, reportText } from './report.js'
import { runChecks } from './run-checks.js'
import { Tester } from './tester.js'

export interface ConformanceOptions {
  /** File that tells what the tester must know. Default: the running demo tells it. */
  readonly config?: string
  /** Beginnings of rule numbers, with commas. Default: all. */
  readonly only?: string
  readonly json?: true
  /** Longest time for one check. */
  readonly seconds: string
  readonly portBase?: string
}

/** Tries every rule at a node, prints what came of it, and ends with 0 only where every MUST that applies holds. */
export async function runConformance(
  url: string,
  options: ConformanceOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const baseUrl = baseUrlOf(url)
  const chosen = chosenChecks(options.only)
  const timeoutMs = secondsOf(options.seconds) * 1000
  const setting = options.config
    ? await readSetting(options.config, baseUrl, surroundings.folder)
    : await settingFromDemo(baseUrl, options.portBase, surroundings)
  const startedAtMs = surroundings.now()
  const elapsed = () => performance.now()
  const checked = await runChecks(chosen, { tester: new Tester(setting), timeoutMs, elapsed })
  const report = reportOf(setting, startedAtMs, checked)
  const { out } = surroundings
  out.write(options.json ? `${formatJson(report)}\n` : reportText(report, coloursFor(out)))
  return report.conforms ? exitCodes.done : exitCodes.failed
}

/** Base URL of an organisation, given by itself or by the address of its questions. */
function baseUrlOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.username) {
    throw usage('<url> takes an http or https address, e.g. http://127.0.0.1:4401.')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/graphql$/, '')}`
}

function chosenChecks(only: string | undefined) {
  if (only === undefined) return checks
  const prefixes = only.split(',').map((one) => one.trim())
  const isOf = (id: string, prefix: string) => id === prefix || id.startsWith(`${prefix}-`)
  const unknown = prefixes.filter((prefix) => !checks.some(({ id }) => isOf(id, prefix)))
  if (unknown.length > 0) throw usage(`--only: there is no rule ${unknown.join(', ')}.`)
  return checks.filter(({ id }) => prefixes.some((prefix) => isOf(id, prefix)))
}

function secondsOf(text: string): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (seconds > 0) return seconds
  throw usage('--seconds takes a whole number, 1 to 999.')
}

const usage = (text: string): CliError => new CliError('USAGE', { text })
