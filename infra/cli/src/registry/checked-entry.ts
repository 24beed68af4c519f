import { type OrganizationEntry, OrganizationInput } from '@kilde/catalogue'
import { CliError } from '../errors.js'

/** Checked here as well, so that what is wrong is said before anything is changed. @throws CliError `USAGE` */
export function checkedEntry(described: object): OrganizationEntry {
  const read = OrganizationInput.safeParse(described)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new CliError('USAGE', {
    text: `The organisation is not well described: ${problems.join('; ')}.`,
  })
}
