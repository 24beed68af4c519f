import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { CliError } from './errors.js'
import { notJson } from './json-fault.js'

/** @throws CliError `FILE_UNREADABLE` */
export async function readText(name: string, folder: string): Promise<string> {
  try {
    return await readFile(pathOf(name, folder), 'utf8')
  } catch (cause) {
    throw unreadable(name, cause)
  }
}

/** @throws CliError `FILE_UNREADABLE`, `FILE_NOT_JSON` */
export async function readJson(name: string, folder: string): Promise<unknown> {
  const text = await readText(name, folder)
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new CliError('FILE_NOT_JSON', { text: `${name} ${notJson(text)}.` })
  }
}

export const pathOf = (name: string, folder: string): string =>
  isAbsolute(name) ? name : join(folder, name)

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  Z_DATA_ERROR: 'it is no gzip file',
  Z_BUF_ERROR: 'the gzip file ends too early',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
}

export function unreadable(name: string, cause: unknown): CliError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown failure'
  return new CliError('FILE_UNREADABLE', {
    cause,
    text: `${name} cannot be read: ${reasons[code] ?? code}.`,
  })
}
