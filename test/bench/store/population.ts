import { type Random, seeded } from '../../simulation/random.js'

/** Who has how much of what, and when: a few patients with very many rows, codes that are frequent, rare, or long out of use. */
export interface Population {
  readonly observations: number
  readonly patients: number
  /** Number of blocks that the rows are drawn in: each by chances of its own, so that any process can draw it. */
  readonly blocks: number
  /** Rows of a block, in the order of their time, patients mixed as they come in. */
  rows(block: number): Generator<DrawnRow>
}

export interface DrawnRow {
  readonly index: number
  /** 1 to `patients`; 1 has the most rows. */
  readonly patient: number
  readonly t: number
  readonly kind: Kind
  readonly status: 'final' | 'amended' | 'entered-in-error'
  readonly abnormal: boolean
  readonly value: number
}

export interface Kind {
  readonly code: string
  readonly display: string
  readonly unit: string
  readonly category: 'vital-signs' | 'survey'
  /** Of a panel: codes of its two components. */
  readonly parts?: readonly string[]
  /** Of 1,000 rows so many, while it is in use. */
  readonly share: number
}

const vital = (code: string, display: string, unit: string, share: number): Kind => ({
  ...{ code, display, unit, share },
  category: 'vital-signs',
})

export const kinds = {
  pulse: vital('8867-4', 'Heart rate', '/min', 300),
  saturation: vital('59408-5', 'Oxygen saturation', '%', 230),
  pressure: { ...vital('85354-9', 'Blood pressure', 'mm[Hg]', 120), parts: ['8480-6', '8462-4'] },
  weight: vital('29463-7', 'Body weight', 'kg', 100),
  temperature: vital('8310-5', 'Body temperature', 'Cel', 80),
  respiration: vital('9279-1', 'Respiratory rate', '/min', 70),
  glucose: vital('2339-0', 'Glucose', 'mmol/L', 50),
  steps: vital('55423-8', 'Steps', '{steps}', 30),
  score: { ...vital('72133-2', 'CAT score', '{score}', 15), category: 'survey' },
  height: vital('8302-2', 'Body height', 'cm', 4),
  peakFlow: vital('19935-6', 'Peak flow', 'L/min', 1),
} as const satisfies Record<string, Kind>

/** As frequent as the pulse in the first sixth of the time, and then never again. */
export const outOfUse: Kind = vital('8889-8', 'Heart rate by pulse oximetry', '/min', 300)

export const UNTIL_MS = Date.parse('2026-11-22T12:00:00Z')
const FROM_MS = UNTIL_MS - 3 * 365 * 86_400_000

/** Rows of patient number n are about n to the power of -0.55 of those of number 1: 10,000,000 rows make one of 110,000. */
const SKEW = 2.2

export function createPopulation(observations: number, seed: number): Population {
  const patients = Math.max(20, Math.ceil(observations / 500))
  return {
    observations,
    patients,
    blocks: Math.ceil(observations / BLOCK),
    *rows(block) {
      const chance = seeded(seed).fork(`block ${block}`)
      const stepMs = (UNTIL_MS - FROM_MS) / observations
      const end = Math.min(observations, (block + 1) * BLOCK)
      for (let index = block * BLOCK; index < end; index += 1) {
        const isEarly = index * 6 < observations
        yield drawRow(chance, index, patients, Math.floor(FROM_MS + index * stepMs), isEarly)
      }
    },
  }
}

const BLOCK = 2_000

const drawn: readonly Kind[] = Object.values(kinds)

function drawRow(
  chance: Random,
  index: number,
  patients: number,
  t: number,
  isEarly: boolean,
): DrawnRow {
  const share = chance.below(1_000_000) / 1_000_000
  const fate = chance.below(100)
  return {
    index,
    patient: 1 + Math.floor(patients * share ** SKEW),
    t,
    kind:
      isEarly && chance.below(1_000) < outOfUse.share ? outOfUse : pickKind(chance.below(1_000)),
    status: fate === 0 ? 'entered-in-error' : fate < 3 ? 'amended' : 'final',
    abnormal: chance.below(100) < 6,
    value: 40 + chance.below(100),
  }
}

function pickKind(at: number): Kind {
  let end = 0
  for (const kind of drawn) {
    end += kind.share
    if (at < end) return kind
  }
  return kinds.pulse
}
