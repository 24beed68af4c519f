import { randomUUID } from 'node:crypto'
import type { Change, Taken } from '../intake.js'

/** What decides on a row that is held. */
export interface Held {
  readonly id: string
  readonly patient: number
  readonly key: string
  readonly version: number
  readonly sent: string
  /** What was sent as earlier versions, by version. */
  readonly earlier: Readonly<Record<string, string>>
}

/** What the ledger looks at in a change. */
type Decided = Pick<Change, 'patient' | 'key' | 'localId' | 'onlyIfNone' | 'version' | 'sent'>

/** A row to write: a change with its place. */
export interface Entry<Kept = Change> {
  readonly id: string
  readonly patient: number
  readonly key: string
  readonly version: number
  readonly change: Kept
}

/** The rows that a run of changes concerns, as each change finds them. Decides; writes nothing. */
export class Ledger<Kept extends Decided = Change> {
  /** Rows to write, by id: the last word on each. */
  readonly entries = new Map<string, Entry<Kept>>()
  /** Versions that were replaced. */
  readonly replaced: { readonly id: string; readonly version: number; readonly sent: string }[] = []
  readonly #organization: string
  readonly #patients: ReadonlyMap<string, number>
  readonly #byKey: Map<string, Held>
  readonly #byId: Map<string, Held>

  constructor(organization: string, held: readonly Held[], patients: ReadonlyMap<string, number>) {
    this.#organization = organization
    this.#patients = patients
    this.#byKey = new Map(held.map((row) => [`${row.patient}:${row.key}`, row]))
    this.#byId = new Map(held.map((row) => [`${row.patient}:${row.id}`, row]))
  }

  apply(change: Kept): Taken {
    const { system, value } = change.patient
    const patient = this.#patients.get(`${system}|${value}`) ?? 0
    const held =
      this.#byKey.get(`${patient}:${change.key}`) ??
      this.#byId.get(`${patient}:${this.#organization}.${change.localId}`)
    return held ? this.#applyTo(held, change) : this.#create(patient, change)
  }

  #create(patient: number, change: Kept): Taken {
    const id = `${this.#organization}.${randomUUID()}`
    const version = change.version ?? 1
    this.#keep({ id, patient, key: change.key, version, sent: change.sent, earlier: {} }, change)
    return { outcome: 'created', id, version }
  }

  #applyTo(held: Held, change: Kept): Taken {
    const { id } = held
    if (change.onlyIfNone || isRepetition(held, change)) {
      return { outcome: 'unchanged', id, version: held.version }
    }
    const version = change.version ?? held.version + 1
    if (version <= held.version) return { outcome: 'conflict', id, version: held.version }
    this.replaced.push({ id, version: held.version, sent: held.sent })
    const earlier = { ...held.earlier, [held.version]: held.sent }
    this.#keep({ ...held, version, sent: change.sent, earlier }, change)
    return { outcome: 'updated', id, version }
  }

  #keep(row: Held, change: Kept): void {
    const { id, patient, key, version } = row
    this.entries.set(id, { id, patient, key, version, change })
    this.#byKey.set(`${patient}:${key}`, row)
    this.#byId.set(`${patient}:${id}`, row)
  }
}

/** True where exactly this was sent before: as the version that is held, or as the earlier one that it claims to be. */
function isRepetition(held: Held, { sent, version }: Decided): boolean {
  if (sent === held.sent) return version === undefined || version <= held.version
  return version !== undefined && held.earlier[version] === sent
}
