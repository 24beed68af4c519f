import { CliError } from '../errors.js'
import type { ExitCode } from '../exit-codes.js'
import { readPublicKeys } from '../read-keys.js'
import type { Surroundings } from '../surroundings.js'
import { checkedEntry } from './checked-entry.js'
import { findEntry } from './known.js'
import { reportChange } from './report-change.js'
import { withRegistry } from './with-registry.js'

export interface SetOptions {
  readonly organization: string
  readonly requestSignature?: string
  /** Files; false: none any more. */
  readonly pageKeys?: readonly string[] | false
  readonly portBase?: string
}

/** Changes who must have signed what an organisation is asked, and the keys of its answers; the rest of its entry stays. */
export async function setOrganization(
  options: SetOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const change = await changeFrom(options, surroundings)
  return withRegistry(options.portBase, surroundings, async ({ admin, demo }) => {
    const { state } = await admin.overview()
    const entry = checkedEntry({
      ...findEntry(options.organization, state.organizations, demo),
      ...change,
    })
    const { number, name, requestSignature = 'GATEWAY', pageKeys = [] } = entry
    const answer = await admin.putOrganization(entry)
    const what = `${name} (${number}): what it is asked is signed by the ${requestSignature.toLowerCase()}`
    return reportChange(`${what}, its answers by ${keys(pageKeys.length)}`, answer, surroundings)
  })
}

/** `pageKeys: undefined` takes them away. */
async function changeFrom(
  { requestSignature, pageKeys }: SetOptions,
  { folder }: Surroundings,
): Promise<object> {
  if (requestSignature === undefined && pageKeys === undefined) {
    throw new CliError('USAGE', {
      text: 'Say what to change: --request-signature, --page-keys or --no-page-keys.',
    })
  }
  return {
    ...(requestSignature !== undefined && { requestSignature: requestSignature.toUpperCase() }),
    ...(pageKeys !== undefined && {
      pageKeys: pageKeys ? await readPublicKeys(pageKeys, folder) : undefined,
    }),
  }
}

const keys = (count: number): string => (count === 1 ? '1 key' : `${count || 'no'} keys`)
