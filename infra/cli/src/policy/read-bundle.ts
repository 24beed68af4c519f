import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PolicyBundle } from '@kilde/organization/policy'
import { CliError } from '../errors.js'
import { pathOf, readJson, readText, unreadable } from '../files.js'
import type { Surroundings } from '../surroundings.js'

/**
 * The rules of a bundle that is to be signed: a folder with the files that the node comes with, or a JSON file of the whole.
 * @throws CliError `POLICY_MALFORMED`, `FILE_UNREADABLE`, `FILE_NOT_JSON`
 */
export async function readBundle(
  name: string,
  { folder }: Pick<Surroundings, 'folder'>,
): Promise<PolicyBundle> {
  const found = await stat(pathOf(name, folder)).catch((cause) => {
    throw unreadable(name, cause)
  })
  const value = found.isDirectory() ? await readFolder(name, folder) : await readJson(name, folder)
  const read = PolicyBundle.safeParse(value)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new CliError('POLICY_MALFORMED', {
    text: `${name} is no policy bundle: ${problems.join('; ')}.`,
  })
}

async function readFolder(name: string, folder: string): Promise<unknown> {
  const cedar = (part: string) => readText(join(name, `${part}.cedar`), folder)
  const [common, professional, citizen, tables] = await Promise.all([
    cedar('common'),
    cedar('professional'),
    cedar('citizen'),
    readJson(join(name, 'tables.json'), folder),
  ])
  return { policies: { common, professional, citizen }, tables }
}
