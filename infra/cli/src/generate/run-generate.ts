import { mkdir, readdir } from 'node:fs/promises'
import { writePopulation } from '@kilde/population'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import { formatJson } from '../format-json.js'
import { showProgress } from '../load/progress.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { type GenerateOptions, readRequest } from './read-request.js'
import { statisticsText } from './statistics-text.js'

/** Makes a population and tells what it holds. */
export async function runGenerate(
  options: GenerateOptions,
  { out, err, folder }: Surroundings,
): Promise<ExitCode> {
  const request = readRequest(options)
  const path = pathOf(options.to, folder)
  await makeFolder(path, options.to)
  const progress = showProgress(request.patients, err.isTerminal)
  try {
    const made = await writePopulation(request, path, (patients, observations) =>
      progress.at(patients, observations),
    )
    progress.stop()
    out.write(
      options.json
        ? `${formatJson({ request, ...made })}\n`
        : statisticsText(made, options.to, coloursFor(out)),
    )
    return exitCodes.done
  } catch (cause) {
    progress.stop()
    throw unwritable(options.to, cause)
  }
}

/** Nothing is ever added to what somebody made before. */
async function makeFolder(path: string, name: string): Promise<void> {
  const found = await mkdir(path, { recursive: true })
    .then(() => readdir(path))
    .catch((cause: unknown) => {
      throw unwritable(name, cause)
    })
  if (found.length === 0) return
  throw new CliError('FILE_NOT_WRITTEN', { text: `${name} is not empty: name another folder.` })
}

/** What the system says of a file is told; anything else is a fault of ours, and goes on as it is. */
function unwritable(name: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === undefined || cause instanceof CliError) return cause
  return new CliError('FILE_NOT_WRITTEN', { cause, text: `${name} cannot be written (${code}).` })
}
