import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Trace } from './find-numbers.js'

/** Every file below a folder, with its raw bytes and its name, but for the folders named. */
export async function readFolder(
  folder: string,
  except: readonly string[] = [],
): Promise<readonly Trace[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !except.includes(path.split(sep)[0] ?? ''))
  const traces = await Promise.all(paths.map((path) => tracesOf(folder, path)))
  return traces.flat()
}

async function tracesOf(folder: string, path: string): Promise<readonly Trace[]> {
  const content = await readFile(join(folder, path))
  return [
    { where: `file ${path.replace(/\d{6,}/g, '#')}`, content },
    { where: 'name of a file', content: path },
  ]
}
