import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kindOf, measurementOfKind } from '@kilde/contract'
import type { Bundle, Observation, Patient, Quantity } from 'fhir/r4.js'

/** One line of an organisation's file. */
export interface Line {
  readonly holder: string
  readonly observation: Observation
}

const linesOf = (path: string): readonly string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')

const filesOf = (folder: string, name: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith(name))
    .sort()
    .map((file) => join(folder, file))

const holdersIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => /^\d{9}$/.test(name))

export const observationsIn = (folder: string): readonly Line[] =>
  holdersIn(folder).flatMap((holder) =>
    filesOf(join(folder, holder), 'observations')
      .flatMap(linesOf)
      .map((line) => ({ holder, observation: JSON.parse(line) as Observation })),
  )

export const patientsIn = (folder: string): readonly (readonly [holder: string, Patient])[] =>
  holdersIn(folder).flatMap((holder) =>
    filesOf(join(folder, holder), 'patients')
      .flatMap(linesOf)
      .flatMap((line) => (JSON.parse(line) as Bundle<Patient>).entry ?? [])
      .flatMap(({ resource }) => (resource ? [[holder, resource] as const] : [])),
  )

export const consentsIn = (folder: string): number =>
  filesOf(folder, 'consents')
    .flatMap(linesOf)
    .reduce((sum, line) => sum + ((JSON.parse(line) as Bundle).entry ?? []).length, 0)

/** What the statistics say, counted by somebody who sees the files alone. */
export function countAgain(lines: readonly Line[]) {
  const rows = lines.filter(({ observation }) => observation.meta?.versionId === '1')
  const later = lines.filter(({ observation }) => observation.meta?.versionId === '2')
  const originals = rows.filter((line) => isOriginal(line))
  const byKind: Record<string, number> = {}
  for (const { observation } of rows) {
    const kind = kindOf(observation.code.coding ?? []) ?? 'UNKNOWN'
    byKind[kind] = (byKind[kind] ?? 0) + 1
  }
  return {
    observations: rows.length,
    byKind,
    copies: rows.filter((line) => isElsewhere(line) && line.observation.identifier).length,
    duplicates: rows.filter(({ observation: { id = '' } }) => /^(again|noted)-/.test(id)).length,
    corrections: later.filter(({ observation }) => observation.status === 'corrected').length,
    withdrawals: later.filter(({ observation }) => observation.status === 'entered-in-error')
      .length,
    implausible: originals.filter(({ observation }) => isImplausible(observation)).length,
    scoreMismatches: originals.filter(({ observation }) => isMiscounted(observation)).length,
    late: originals.filter((line) => isLate(line)).length,
  }
}

const controllerOf = ({ performer }: Observation): string | undefined =>
  performer?.[1]?.identifier?.value

const isElsewhere = ({ holder, observation }: Line): boolean => controllerOf(observation) !== holder

const isOriginal = (line: Line): boolean =>
  !isElsewhere(line) && !line.observation.id?.startsWith('again-')

export function isImplausible({ code, valueQuantity, component = [] }: Observation): boolean {
  const parts = [{ code, valueQuantity }, ...component]
  return parts.some((part) => isBeyond(part.code.coding ?? [], part.valueQuantity))
}

function isBeyond(coding: Parameters<typeof kindOf>[0], quantity: Quantity | undefined): boolean {
  const kind = kindOf(coding)
  const { plausible, unit } = (kind && measurementOfKind(kind)) ?? {}
  if (!plausible || quantity?.value === undefined || quantity.code !== unit) return false
  return quantity.value < plausible[0] || quantity.value > plausible[1]
}

function isMiscounted({ code, component = [], valueInteger }: Observation): boolean {
  if (kindOf(code.coding ?? []) !== 'NEWS2') return false
  return component.reduce((sum, part) => sum + (part.valueInteger ?? 0), 0) !== valueInteger
}

/** Of a wrong clock the time of measurement says nothing. */
function isLate({ observation: { effectiveDateTime = '', issued = '' } }: Line): boolean {
  const delay = Date.parse(issued) - Date.parse(effectiveDateTime)
  return delay > 12 * 3_600_000 && delay < 30 * 86_400_000
}
