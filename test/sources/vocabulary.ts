export const ORGANIZATION = '310000108'
export const OTHER_OWNER = '974760673'
const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'
export const HPR = 'urn:oid:2.16.578.1.12.4.1.4.4'
const LOINC = 'http://loinc.org'
const SNOMED = 'http://snomed.info/sct'
const LABELS = 'urn:oid:2.16.578.1.12.4.1.1.9603'
export const DAY_MS = 86_400_000
/** The last day on which something was measured. */
export const LAST_DAY_MS = Date.parse('2026-11-01T00:00:00Z')

/** Codes that rows have, and one that none has. */
export const codes = {
  pulse: `${LOINC}|8867-4`,
  pulseToo: `${SNOMED}|364075005`,
  saturation: `${LOINC}|59408-5`,
  pressure: `${LOINC}|85354-9`,
  systolic: `${LOINC}|8480-6`,
  local: 'urn:test:code|x,y$z',
  none: `${LOINC}|1-8`,
}
export const statuses = [
  'final',
  'amended',
  'corrected',
  'preliminary',
  'entered-in-error',
] as const
export const owners = [ORGANIZATION, OTHER_OWNER]

export const labelOf = (code: string, openFromMs: number | undefined) => ({
  ...{ system: LABELS, code },
  ...(openFromMs !== undefined && {
    extension: [
      {
        url: 'https://specs.kilde.example/fhir/open-from',
        valueDateTime: new Date(openFromMs).toISOString(),
      },
    ],
  }),
})

export const ownerOf = (owner: string | undefined) =>
  owner === undefined ? [] : [{ identifier: { system: ENH, value: owner } }]

export type TimeKind = 'instant' | 'offset' | 'date' | 'period' | 'issued'

export function timesOf(kind: TimeKind, at: number) {
  const instant = new Date(at).toISOString()
  const day = instant.slice(0, 10)
  switch (kind) {
    case 'instant':
      return { t: at, precision: 'INSTANT', effectiveDateTime: instant } as const
    case 'offset': {
      const local = new Date(at + 2 * 3_600_000).toISOString().replace('Z', '+02:00')
      return { t: at, precision: 'INSTANT', effectiveDateTime: local } as const
    }
    case 'period': {
      const end = new Date(at + 3 * DAY_MS).toISOString()
      return { t: at, precision: 'INSTANT', effectivePeriod: { start: instant, end } } as const
    }
    case 'issued':
      return { t: at, precision: 'ISSUED', issued: instant } as const
    case 'date':
      return { t: midnightInOslo(day), precision: 'DATE', effectiveDateTime: day } as const
  }
}

/** Summer time began and ended on the last Sundays of March and October. */
function midnightInOslo(day: string): number {
  const isSummer = (iso: string): boolean =>
    (iso > '2025-03-30' && iso <= '2025-10-26') || (iso > '2026-03-29' && iso <= '2026-10-25')
  return Date.parse(`${day}T00:00:00${isSummer(day) ? '+02:00' : '+01:00'}`)
}
