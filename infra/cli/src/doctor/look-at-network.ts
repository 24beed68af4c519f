import { AuditError } from '@kilde/audit'
import type { RegistryAdmin } from '@kilde/catalogue'
import { contractVersion } from '@kilde/contract'
import { readPublished } from '../audit/published.js'
import { CliError } from '../errors.js'
import { type Finding, finding } from './finding.js'

/** Organisations whose contract is too far from this one. Those that are paused are asked nothing. */
export async function lookAtContracts(admin: Pick<RegistryAdmin, 'overview'>): Promise<Finding[]> {
  const { state } = await admin.overview()
  return state.organizations
    .filter((one) => one.endpoint !== undefined && one.state === 'ACTIVE')
    .filter((one) => !goesWith(one.contractVersion, contractVersion))
    .map((one) =>
      finding('CONTRACT_OTHER', {
        where: `organisation ${one.number}`,
        what: `its node has contract ${one.contractVersion}, this is ${contractVersion}`,
        warning: true,
      }),
    )
}

/** The same, or one minor version before or after. */
export function goesWith(theirs: string, ours: string): boolean {
  const [theirMajor = Number.NaN, theirMinor = Number.NaN] = theirs.split('.').map(Number)
  const [major = Number.NaN, minor = Number.NaN] = ours.split('.').map(Number)
  return theirMajor === major && Math.abs(theirMinor - minor) <= 1
}

/** Whether what is published of a log is signed by its keys. A log that was never written to is none. */
export async function lookAtLog(where: string, address: string): Promise<Finding[]> {
  try {
    const published = await readPublished(address)
    await published.checkGrowth(published.treeHead, published.keys)
    return []
  } catch (error) {
    if (error instanceof AuditError) {
      const what = 'what is published of its access log is not signed by the log’s keys'
      return [finding('AUDIT_HEAD_INVALID', { where, what })]
    }
    if (error instanceof CliError) return []
    throw error
  }
}
