import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { CliError } from '../errors.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { pathOf } from '../files.js'
import type { Answer } from '../query/ask-gateway.js'
import type { Surroundings } from '../surroundings.js'
import { toBundle } from './audit-bundle.js'
import { toCsv } from './csv.js'
import { type Entry, hasAnswered, type LogReport, logPage, type TakenOut } from './entry.js'

const FORMATS: Readonly<Record<string, (log: TakenOut) => string>> = {
  '.json': (log) => `${JSON.stringify(toBundle(log), null, 2)}\n`,
  '.csv': toCsv,
}

/** Before anything is asked. @throws CliError `USAGE` */
export function formatOf(file: string): (log: TakenOut) => string {
  const format = FORMATS[extname(file).toLowerCase()]
  if (format) return format
  throw new CliError('USAGE', { text: '--export takes a file that ends in .json or .csv.' })
}

export interface TakingOut {
  readonly file: string
  /** Asks for one page. @param after cursor of the page before */
  readonly ask: (after: string | null) => Promise<Answer>
  /** Exit code for one page; what is not as it should be is said there. */
  readonly judge: (answer: Answer, isFirst: boolean) => ExitCode
}

/**
 * Writes the whole log, page by page, to a file that only this user may read. A page that fails leaves no file: a part could be
 * taken for the whole.
 */
export async function takeOut(
  { file, ask, judge }: TakingOut,
  { out, folder, now }: Surroundings,
): Promise<ExitCode> {
  const format = formatOf(file)
  const entries: Entry[] = []
  const missing = new Map<string, LogReport>()
  let code: ExitCode = exitCodes.done
  let complete = true
  let after: string | null = null
  do {
    const answer = await ask(after)
    const judged = judge(answer, after === null)
    if (judged === exitCodes.failed) return judged
    if (judged !== exitCodes.done) code = judged
    const log = logPage.parse(answer.graphql.data).patient.accessLog
    entries.push(...log.nodes)
    complete &&= log.complete
    for (const one of log.sources)
      if (!hasAnswered(one)) missing.set(`${one.organization.name} ${one.status}`, one)
    after = log.pageInfo.hasNextPage ? log.pageInfo.endCursor : null
  } while (after !== null)
  const takenAt = new Date(now()).toISOString()
  await write(file, folder, format({ entries, missing: [...missing.values()], complete, takenAt }))
  out.write(`${entries.length} accesses written to ${file}\n`)
  return code
}

/** What lies there already is never written over. @throws CliError `USAGE` */
async function write(file: string, folder: string, text: string): Promise<void> {
  try {
    await writeFile(pathOf(file, folder), text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const text = `--export takes a file that is not there yet, in a folder that is: ${file} cannot be made.`
    throw new CliError('USAGE', { cause, text })
  }
}
