import { type DemoFile, readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { readText } from '../files.js'
import { formatJson } from '../format-json.js'
import { withRegistry } from '../registry/with-registry.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { type Finding, finding } from './finding.js'
import { lookAtContracts, lookAtLog } from './look-at-network.js'
import { lookAtService, type Target } from './look-at-service.js'
import { lookAtSettings } from './look-at-settings.js'

export interface DoctorOptions {
  /** Base URLs of services. Default, without settings to look at: all of the running demo. */
  readonly at?: readonly string[]
  readonly tokenFile?: string
  readonly service?: string
  readonly envFile?: string
  readonly portBase?: string
  readonly json?: true
}

/** Looks at a whole network, at some services, or at the settings of one, and says what is wrong and what to do. */
export async function runDoctor(
  options: DoctorOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { at, service, envFile } = options
  if ((service === undefined) !== (envFile === undefined)) {
    throw new CliError('USAGE', { text: '--service and --env-file go together.' })
  }
  const looked = await Promise.all([
    ...(at ? [lookAtAll(await named(options, surroundings), surroundings)] : []),
    ...(service && envFile ? [lookAtSettings(service, envFile, surroundings)] : []),
    ...(at || service ? [] : [lookAtDemo(options, surroundings)]),
  ])
  const findings = looked.flat()
  tell(findings, options, surroundings)
  const severities = new Set(findings.map(({ severity }) => severity))
  if (severities.has('PROBLEM')) return exitCodes.failed
  return severities.has('WARNING') ? exitCodes.partly : exitCodes.done
}

async function named(
  { at = [], tokenFile }: DoctorOptions,
  { folder }: Surroundings,
): Promise<readonly Target[]> {
  const token = tokenFile === undefined ? undefined : (await readText(tokenFile, folder)).trim()
  return at.map((url) => {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new CliError('USAGE', { text: '--at takes addresses such as https://node.example.' })
    }
    return { where: new URL(url).origin, url, token }
  })
}

async function lookAtAll(
  targets: readonly Target[],
  { now }: Surroundings,
): Promise<readonly Finding[]> {
  return (await Promise.all(targets.map((target) => lookAtService(target, now)))).flat()
}

async function lookAtDemo(
  { portBase }: DoctorOptions,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  const demo = await readDemo(portBase, surroundings)
  const file = demo.operator?.healthTokenFile
  const token = file === undefined ? undefined : await readText(file, surroundings.folder)
  const found = await Promise.all([
    lookAtAll(targetsOf(demo, token), surroundings),
    contractsOf(portBase, surroundings),
    ...logsOf(demo).map(({ where, address }) => lookAtLog(where, address)),
  ])
  return found.flat()
}

/** Organisations that are hosted together have one service. */
function targetsOf(demo: DemoFile, token: string | undefined): readonly Target[] {
  const common = (['gateway', 'identity', 'registry', 'privacy'] as const).map(
    (name) =>
      [new URL(demo[name]).origin, `the ${name === 'privacy' ? 'privacy service' : name}`] as const,
  )
  const nodes = demo.organizations.map(
    ({ address, name }) => [new URL(address).origin, `the node of ${name}`] as const,
  )
  // The first of those with one address gives its name.
  const all = new Map([...common, ...nodes].toReversed())
  return [...all].toReversed().map(([url, where]) => ({ where, url, token }))
}

/** Where the registry does not answer, nobody knows; that it does not is told already. */
async function contractsOf(
  portBase: string | undefined,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  try {
    return await withRegistry(portBase, surroundings, ({ admin }) => lookAtContracts(admin))
  } catch {
    const told = { where: 'the registry', what: 'it does not say which contracts nodes have' }
    return [finding('NOT_READY', told)]
  }
}

function logsOf({ gateway, organizations }: DemoFile) {
  const owners = [...organizations.map(({ number }) => number), 'citizens']
  return owners.map((owner) => ({
    where: `the gateway’s log of ${owner}`,
    address: `${gateway}/audit/${owner}`,
  }))
}

function tell(findings: readonly Finding[], { json }: DoctorOptions, { out }: Surroundings): void {
  if (json) {
    out.write(`${formatJson({ well: findings.length === 0, findings })}\n`)
    return
  }
  const { red, green, bold } = coloursFor(out)
  if (findings.length === 0) out.write(`${green('All is well.')}\n`)
  for (const { where, code, severity, what, remedy } of findings) {
    const head = severity === 'PROBLEM' ? red(code) : bold(code)
    out.write(`${head} ${where}: ${what}\n  ${remedy}\n`)
  }
}
