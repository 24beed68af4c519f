import { readFile } from 'node:fs/promises'
import { CatalogueError } from './errors.js'
import { parseStateInput } from './parse.js'
import type { StateInput } from './state.js'

/**
 * Reads a state from a JSON file, e.g. for an import.
 * @throws CatalogueError `CATALOGUE_INVALID`, naming every problem; a missing file throws Node's own `ENOENT`.
 */
export async function loadState(file: string): Promise<StateInput> {
  const text = await readFile(file, 'utf8')
  return parseStateInput(parseJson(text))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new CatalogueError('CATALOGUE_INVALID', { text: 'The file is not JSON.' })
  }
}
