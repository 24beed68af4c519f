import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../errors.js'
import { pathOf, unreadable } from '../files.js'

export interface SourceFile {
  readonly path: string
  /** As the user knows it: relative to the folder that was named. */
  readonly name: string
  readonly bytes: number
}

const LOADABLE = /\.(json|ndjson)(\.gz)?$/i

/**
 * The file that was named, or all files to load in a folder and below it, in the order of their names.
 * @throws CliError `FILE_UNREADABLE`, `FILE_NOT_FHIR` for a folder without any
 */
export async function findFiles(given: string, folder: string): Promise<readonly SourceFile[]> {
  const path = pathOf(given, folder)
  try {
    const found = await stat(path)
    if (!found.isDirectory()) return [{ path, name: given, bytes: found.size }]
    const files = await filesIn(path)
    if (files.length > 0) return files
  } catch (cause) {
    throw unreadable(given, cause)
  }
  throw new CliError('FILE_NOT_FHIR', {
    text: `${given} holds no file to load (.json or .ndjson, also with .gz).`,
  })
}

async function filesIn(folder: string): Promise<readonly SourceFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => LOADABLE.test(name))
  const files = names.toSorted().map(async (name) => {
    const path = join(folder, name)
    const found = await stat(path)
    return found.isFile() ? [{ path, name, bytes: found.size }] : []
  })
  return (await Promise.all(files)).flat()
}
