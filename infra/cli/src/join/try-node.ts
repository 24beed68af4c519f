import { setTimeout as wait } from 'node:timers/promises'
import type { OrganizationEntry } from '@kilde/catalogue'
import { bundlesOf, createLoader, demoPatients, generateRows } from '@kilde/demo'
import { createOrganization, readOrganizationConfig } from '@kilde/organization'
import { organizations, patients } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { createTokenClient, type PrivateJwk } from '@kilde/trust'
import { checks } from '../conformance/checks/index.js'
import { settingOf } from '../conformance/from-demo.js'
import { type Report, reportOf } from '../conformance/report.js'
import { runChecks } from '../conformance/run-checks.js'
import { Tester } from '../conformance/tester.js'
import type { DemoFile } from '../demo.js'
import { CliError } from '../errors.js'
import type { Surroundings } from '../surroundings.js'
import { clientIds, type Environment } from './node-settings.js'

/** Of the patient that the checks ask about; they need 20. */
const ROWS = 40
const known = patients.copd
/** Whose rows and names are made; every mark of it becomes the new organisation's. */
const likeness = 'municipality'

export interface Trial {
  /** Settings of a node that nobody will use: what it keeps goes away. */
  readonly settings: Environment
  readonly ingestKey: PrivateJwk
  readonly entry: OrganizationEntry
  /** Enters it into the registry, once its node runs and can confirm that. */
  readonly register: () => Promise<void>
  readonly demo: DemoFile
  readonly timeoutMs: number
}

/** Starts the node, lets it be registered, gives it rows of a synthetic patient, and tries every rule at it. */
export async function tryNode(trial: Trial, surroundings: Surroundings): Promise<Report> {
  const { settings, entry, register, demo, timeoutMs } = trial
  const startedAtMs = surroundings.now()
  const node = await createOrganization(readOrganizationConfig(settings), { logger: silentLogger })
  try {
    await register()
    await ready(node.url)
    await load(trial)
    const setting = await settingOf(entry, withRows(demo, entry.number), surroundings)
    const elapsed = () => performance.now()
    const checked = await runChecks(checks, { tester: new Tester(setting), timeoutMs, elapsed })
    return reportOf(setting, startedAtMs, checked)
  } finally {
    await node.stop()
  }
}

/** Before it knows patients' settings it answers nobody, and it is given none before the registry knows it. */
async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const health = await fetch(`${url}/health/ready`)
    await health.body?.cancel()
    if (health.ok) return
    await wait(100)
  }
  throw new CliError('SERVICE_UNREACHABLE', {
    text: 'The node that was started does not become ready: it follows registry and privacy service.',
  })
}

const MOST_TRIES = 600

/** What the demo would tell of who holds rows, had it loaded them itself. */
function withRows(demo: DemoFile, number: string): DemoFile {
  const rows = { [number]: ROWS }
  const people = demo.patients.map((one) =>
    one.identifier === known.identifier ? { ...one, rows } : { ...one, rows: {} },
  )
  return { ...demo, patients: people }
}

async function load({ entry, demo, ingestKey }: Trial): Promise<void> {
  const { number, name, endpoint = '' } = entry
  const until = new Date()
  const chart = generateRows({ patient: known, organizations: [likeness], rows: ROWS, until })
  const names = demoPatients(until).filter(({ organization }) => organization === likeness)
  const loader = createLoader({
    ...{ endpoint, name, audience: entry.audience ?? `kilde:organization:${number}` },
    tokens: createTokenClient({
      issuer: demo.identity,
      clientId: clientIds(number).ingest,
      clientKey: ingestKey,
    }),
  })
  for (const { bundle } of [...bundlesOf(chart), ...names]) {
    const text = JSON.stringify(bundle)
    await loader.load(JSON.parse(text.replaceAll(organizations[likeness].number, number)))
  }
}
