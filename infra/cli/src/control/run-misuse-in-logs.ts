import { instantText } from '@kilde/contract'
import { chooseLogs, type LogChoice } from '../audit/logs.js'
import { type ExitCode, exitCodes } from '../exit-codes.js'
import { coloursFor } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { table } from '../table.js'
import { nobodyKnown, readPeople } from './base-people.js'
import { detect } from './detect.js'
import { accessesIn, type LoggedAccess } from './logged-accesses.js'
import { recordsOf } from './logs.js'
import { type MisuseRule, misuseRules } from './rules.js'

export interface MisuseInLogsOptions extends LogChoice {
  /** File of base data. */
  readonly people?: string
}

/** What one user did on one day that one rule picks out: that is what somebody looks at. */
interface Sign {
  readonly rule: MisuseRule
  readonly day: string
  readonly accesses: LoggedAccess[]
}

/** Lets the rules look through logs as they lie there, of files or PostgreSQL, and prints what is to be looked at. */
export async function runMisuseInLogs(
  { people, ...choice }: MisuseInLogsOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { out, folder } = surroundings
  const lookup = people === undefined ? nobodyKnown : await readPeople(people, folder)
  const accesses = await accessesIn(recordsOf(await chooseLogs(choice, surroundings)))
  const signs = signsIn(accesses, lookup)
  const head = ['DAY', 'RULE', 'WHO', 'ORGANISATION', 'ACCESSES', 'PATIENTS', 'FIRST TRACE', 'WHAT']
  out.write(table(head, signs.map(cellsOf), coloursFor(out).bold))
  if (people === undefined) {
    out.write('COLLEAGUE and FAMILY_NAME were not looked for: --people names no base data\n')
  }
  const users = new Set(accesses.map(({ user }) => user)).size
  out.write(`${signs.length} signs in ${accesses.length} accesses of ${users} users\n`)
  return exitCodes.done
}

function signsIn(
  accesses: readonly LoggedAccess[],
  lookup: Parameters<typeof detect>[1],
): readonly Sign[] {
  const byId = new Map(accesses.map((access) => [access.id, access]))
  const signs = new Map<string, Sign>()
  for (const { rule, access } of detect(accesses, lookup)) {
    const found = byId.get(access.id)
    if (!found) continue
    const day = instantText(found.atMs, misuseRules.NIGHT.timeZone).slice(0, 10)
    const key = `${day} ${rule} ${found.user}`
    const sign = signs.get(key) ?? { rule, day, accesses: [] }
    sign.accesses.push(found)
    signs.set(key, sign)
  }
  return [...signs.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

/** By name and trace: no number of a person stands in what is printed. */
function cellsOf({ rule, day, accesses }: Sign): readonly string[] {
  const [first] = accesses
  const patients = new Set(accesses.map(({ patient }) => patient)).size
  return [
    ...[day, rule, first?.userName ?? '', first?.organization ?? ''],
    ...[`${accesses.length}`, `${patients}`, first?.trace ?? '', misuseRules[rule].about],
  ]
}
