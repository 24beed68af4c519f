import { readDemo } from '../demo.js'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { findOrganization } from '../find-organization.js'
import { formatJson } from '../format-json.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { findFiles, type SourceFile } from './find-files.js'
import type { Unusable } from './part.js'
import { summaryText } from './print-summary.js'
import { showProgress } from './progress.js'
import { readParts } from './read-parts.js'
import { readSent } from './read-sent.js'
import { createSender, type Sender } from './send.js'
import { createTally, type Tally } from './tally.js'

export interface LoadOptions {
  /** Number, key or name of an organisation. */
  readonly to: string
  readonly json?: true
  readonly portBase?: string
}

/** Sends a file or all files of a folder to an organisation's node, and says what was taken, what was refused and why. */
export async function runLoad(
  path: string,
  options: LoadOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const files = await findFiles(path, surroundings.folder)
  const demo = await readDemo(options.portBase, surroundings)
  const target = findOrganization(options.to, demo.organizations)
  const sender = await createSender(target, demo, surroundings)
  const tally = createTally()
  const say = (): void => print(tally, target.name, options, surroundings)
  try {
    await sendAll(files, sender, tally, surroundings)
  } catch (error) {
    // What was taken before is taken.
    if (tally.total() > 0) say()
    throw error
  }
  say()
  return tally.summary().refused > 0 ? exitCodes.partly : exitCodes.done
}

async function sendAll(
  files: readonly SourceFile[],
  sender: Sender,
  tally: Tally,
  { err }: Surroundings,
): Promise<void> {
  const progress = showProgress(sum(files.map(({ bytes }) => bytes)), err.isTerminal)
  let entries = 0
  try {
    for await (const found of readParts(files)) {
      if (found.kind === 'unusable') {
        refuseOnlyFile(found, files)
        tally.noteUnusable(found)
        continue
      }
      tally.note(found, readSent(await sender.send(found.body), found))
      entries += found.origins.length
      progress.at(found.bytesRead, entries)
    }
  } finally {
    progress.stop()
  }
}

/** The one file that was named is no good: that is an error, not a part of a result. */
function refuseOnlyFile({ code, origin, reason }: Unusable, files: readonly SourceFile[]): void {
  if (files.length > 1 || origin.place !== undefined) return
  throw new CliError(code, { text: `${origin.file} ${reason}.` })
}

function print(tally: Tally, name: string, { json }: LoadOptions, { out }: Surroundings): void {
  const summary = tally.summary()
  out.write(json ? `${formatJson(summary)}\n` : summaryText(summary, name, coloursFor(out)))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
