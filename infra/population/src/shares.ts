/** How often something happens that real data have. Parts of 1. */
export interface Shares {
  /** Patients whose number holds by the rule of 2032 only. */
  readonly numbersOf2032: number
  /** Patients who move to another municipality. */
  readonly moves: number
  /** Patients one of whose devices is replaced by one that measures a little otherwise. */
  readonly deviceChanges: number
  /** Patients one of whose devices has a wrong clock for some weeks. */
  readonly wrongClocks: number
  /** Patients whose equipment is without connection for some days: measurements come late, and not in their order. */
  readonly offline: number
  /** Patients with a gap: a journey, a fault of equipment, nothing measured for one to three weeks. */
  readonly gaps: number
  /** Of home measurements: left out. */
  readonly missed: number
  /** Patients who block what one organisation, or all, hold of them. */
  readonly blocks: number
  /** Admissions for which the municipality sends the hospital its last 14 days, and those from which the hospital sends back its last day. */
  readonly handOvers: number
  /** Consultations at which the GP writes down what the patient measured at home. */
  readonly writtenDown: number
  /** Of measurements: sent twice under different ids, without identifier. */
  readonly sentTwice: number
  /** Of measurements: corrected later. */
  readonly corrected: number
  /** Of measurements: declared as entered in error later. */
  readonly enteredInError: number
  /** Of home measurements: a slip that no body can have (a lost decimal point). */
  readonly implausible: number
  /** Of NEWS2 scores: total that its parts do not add up to. */
  readonly scoreMismatches: number
}

export const usualShares: Shares = {
  numbersOf2032: 0.1,
  moves: 0.06,
  deviceChanges: 0.2,
  wrongClocks: 0.02,
  offline: 0.25,
  gaps: 0.3,
  missed: 0.06,
  blocks: 0.06,
  handOvers: 0.5,
  writtenDown: 0.4,
  sentTwice: 0.002,
  corrected: 0.004,
  enteredInError: 0.001,
  implausible: 0.0008,
  scoreMismatches: 0.02,
}
