import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Real input that none of us wrote. It is read where it lies; nothing of it is in the project. */
export interface DataFolder {
  /** Where a part of it lies, for services that read it themselves. */
  path(below: string): string
  /** One JSON file; `path` below the folder. */
  json<T>(path: string): T
  /** The JSON files below a folder whose names match, by name without `.json`. */
  files<T>(path: string, named: RegExp): readonly (readonly [name: string, content: T])[]
  /** The lines of a gzipped NDJSON file. */
  lines<T>(path: string): readonly T[]
}

/** @throws where KILDE_TEST_DATA does not name the folder: without it nothing would be tested, and nobody would see */
export function dataFolder(): DataFolder {
  const folder = process.env['KILDE_TEST_DATA']
  if (!folder) {
    throw new Error(
      'KILDE_TEST_DATA is not set: it names the folder with the real input (CONTRIBUTING.md)',
    )
  }
  for (const part of ['no', 'fhir']) {
    if (!existsSync(join(folder, part)))
      throw new Error(`KILDE_TEST_DATA names a folder without ${part}`)
  }
  const read = (path: string): Buffer => readFileSync(join(folder, path))
  const json = <T>(path: string): T => JSON.parse(read(path).toString('utf8')) as T
  return {
    path: (below: string) => join(folder, below),
    json,
    files: <T>(path: string, named: RegExp) =>
      readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json') && named.test(name))
        .sort()
        .map((name) => [name.replace(/\.json$/, ''), json<T>(`${path}/${name}`)] as const),
    lines: <T>(path: string) =>
      gunzipSync(read(path))
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T),
  }
}
