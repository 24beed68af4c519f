import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { CatalogueError, type CatalogueState, parseStateInput } from '@kilde/catalogue'

/** The state on disk: one JSON file, replaced as a whole, so that a crash leaves the old or the new one. */
export interface Store {
  /** As read at start. */
  readonly initial: CatalogueState
  /** Resolves when the state is durable. */
  save(state: CatalogueState): Promise<void>
}

/** @throws CatalogueError `CATALOGUE_INVALID` where the file is there but is not valid, naming every problem */
export async function openStore(directory: string, now: () => number): Promise<Store> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'state.json')
  return {
    initial: await readState(file, now),
    save: (state) => replaceFile(directory, file, `${JSON.stringify(state, null, 1)}\n`),
  }
}

async function readState(file: string, now: () => number): Promise<CatalogueState> {
  const issuedAt = new Date(now()).toISOString()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) {
    return { version: 0, issuedAt, organizations: [], agreements: [], memberships: [] }
  }
  const { version, organizations, agreements, memberships } = parseStateInput(parseJson(text))
  if (version === undefined) throw unusable('version: is missing')
  return { version, issuedAt, organizations, agreements, memberships }
}

/** Replaces a file as a whole: after a crash the old one or the new one is there. */
export async function replaceFile(
  directory: string,
  file: string,
  text: string | Uint8Array,
): Promise<void> {
  const temporary = `${file}.new`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
  await syncFolder(directory)
}

/** Makes the renaming itself durable. Windows cannot open folders and needs no such thing. */
async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined)
  if (handle === undefined) return
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw unusable('the file is not JSON')
  }
}

function unusable(problem: string): CatalogueError {
  return new CatalogueError('CATALOGUE_INVALID', {
    text: `The registry's state file is not valid:\n  ${problem}`,
  })
}
