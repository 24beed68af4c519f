import type { Observation, Quantity } from 'fhir/r4.js'
import type { Random } from '../random.js'
import type { Shares } from '../shares.js'
import type { Entry } from './entry.js'

const HOUR_MS = 3_600_000

/** Later versions of originals, which come one hour to three days after them. Copies elsewhere stay as they are: superseded. */
export function laterVersions(
  entries: readonly Entry[],
  random: Random,
  shares: Shares,
): readonly Entry[] {
  return entries.flatMap((entry) => {
    const at = random.next()
    if (at < shares.enteredInError) return [withdrawal(entry, random)]
    if (at >= shares.enteredInError + shares.corrected) return []
    const corrected = correctedValue(entry.observation, random)
    return corrected ? [laterVersion(entry, corrected, 'CORRECTION', random)] : []
  })
}

function withdrawal(entry: Entry, random: Random): Entry {
  const changed: Partial<Observation> = {
    status: 'entered-in-error',
    note: [{ text: 'Feilregistrert: hører til en annen.' }],
  }
  return laterVersion(entry, changed, 'WITHDRAWAL', random)
}

function laterVersion(
  entry: Entry,
  changed: Partial<Observation>,
  what: Entry['what'],
  random: Random,
): Entry {
  const { observation, arrivedMs } = entry
  return {
    ...entry,
    what,
    observation: { ...observation, meta: { ...observation.meta, versionId: '2' }, ...changed },
    arrivedMs: arrivedMs + random.whole(1, 72) * HOUR_MS,
  }
}

/** Another reading of the same device; undefined of what is no number. */
function correctedValue(
  { valueQuantity, component = [] }: Observation,
  random: Random,
): Partial<Observation> | undefined {
  const told = { status: 'corrected', note: [{ text: 'Rettet: feil avlesning.' }] } as const
  if (valueQuantity)
    return { ...told, note: [...told.note], valueQuantity: changed(valueQuantity, random) }
  const [first, ...rest] = component
  if (!first?.valueQuantity) return undefined
  const read = { ...first, valueQuantity: changed(first.valueQuantity, random) }
  return { ...told, note: [...told.note], component: [read, ...rest] }
}

/** A few steps of the last digit up. */
function changed(quantity: Quantity, random: Random): Quantity {
  const { value = 0 } = quantity
  const decimals = Number.isInteger(value) ? 0 : 1
  // A saturation of 100 % has no room upwards.
  const steps = quantity.code === '%' ? -random.whole(1, 3) : random.whole(1, 4)
  const step = decimals === 0 ? 1 : 0.1
  return { ...quantity, value: Number((value + steps * step).toFixed(decimals)) }
}
