import { toKildeError } from '@kilde/service'
import { CliError } from '../errors.js'

/** The node keeps to itself what is wrong with a bundle; who signs it is told. @throws CliError `POLICY_REFUSED` */
export async function refusedAs<T>(name: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt
  } catch (cause) {
    const { code, detail = 'unknown' } = toKildeError(cause)
    if (code !== 'POLICY_BUNDLE_REFUSED') throw cause
    throw new CliError('POLICY_REFUSED', {
      cause,
      text: `No node would decide by ${name}: ${detail}.`,
    })
  }
}
