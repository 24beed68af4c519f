import type { Substance } from './units.js'

/** Code systems of home measurements (target-architecture B6). */
export const codeSystems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  npu: 'urn:oid:2.16.578.1.12.4.1.1.7280',
  mdc: 'urn:iso:std:iso:11073:10101',
  ucum: 'http://unitsofmeasure.org',
} as const

export type MeasurementKind =
  | 'PULSE'
  | 'BLOOD_PRESSURE'
  | 'SYSTOLIC'
  | 'DIASTOLIC'
  | 'MEAN_ARTERIAL_PRESSURE'
  | 'PULSE_PRESSURE'
  | 'OXYGEN_SATURATION'
  | 'OXYGEN_FLOW'
  | 'OXYGEN_CONCENTRATION'
  | 'RESPIRATION_RATE'
  | 'BODY_TEMPERATURE'
  | 'BODY_WEIGHT'
  | 'GLUCOSE'
  | 'HBA1C'
  | 'CREATININE'
  | 'BODY_HEIGHT'
  | 'BODY_MASS_INDEX'
  | 'CONSCIOUSNESS'
  | 'NEWS2'
  | 'NEWS2_RESPIRATION'
  | 'NEWS2_OXYGEN_SATURATION'
  | 'NEWS2_AIR_OR_OXYGEN'
  | 'NEWS2_SYSTOLIC'
  | 'NEWS2_PULSE'
  | 'NEWS2_CONSCIOUSNESS'
  | 'NEWS2_TEMPERATURE'
  | 'CLINICAL_FRAILTY'
  | 'QUESTIONNAIRE_SCORE'
  | 'PEAK_FLOW'
  | 'FEV1'

/** One line of the code table. The first code of each system is the one to write; the others are recognised. */
export interface Measurement {
  readonly kind: MeasurementKind
  /** Norwegian name, for people. */
  readonly norwegian: string
  readonly english: string
  readonly loinc: readonly string[]
  readonly snomed: readonly string[]
  readonly npu: readonly string[]
  readonly mdc: readonly string[]
  /** UCUM unit to show it in by default; absent for coded values. */
  readonly unit?: string
  /** Molar mass (grams per mole), where mass and amount of substance are converted. */
  readonly molarMass?: number
  /**
   * What a living body can have, in `unit`, both included. A value outside is a slip of a person or a device: it is marked,
   * never dropped. Proposals after clinical judgement, wider than any alarm limit.
   */
  readonly plausible?: readonly [low: number, high: number]
  /** Kinds that stand as components within this one. */
  readonly components?: readonly MeasurementKind[]
  /** Which folds make sense over rows of this kind. Ordinal scores have no mean. */
  readonly folds: readonly Fold[]
}

export type Fold = 'COUNT' | 'MIN' | 'MAX' | 'MEAN' | 'DEVIATION'

const numeric: readonly Fold[] = ['COUNT', 'MIN', 'MAX', 'MEAN', 'DEVIATION']
const ordinal: readonly Fold[] = ['COUNT', 'MIN', 'MAX']
const counted: readonly Fold[] = ['COUNT']

type Line = Partial<Omit<Measurement, 'kind'>> & Pick<Measurement, 'norwegian' | 'english'>

function line(kind: MeasurementKind, given: Line): Measurement {
  return { kind, loinc: [], snomed: [], npu: [], mdc: [], folds: numeric, ...given }
}

const score = (
  kind: MeasurementKind,
  norwegian: string,
  english: string,
  snomed: string,
  plausible: readonly [number, number] = [0, 3],
): Measurement =>
  line(kind, {
    ...{ norwegian, english, plausible },
    ...{ snomed: [snomed], unit: '{score}', folds: ordinal },
  })

const pressure = (kind: MeasurementKind, given: Line): Measurement =>
  line(kind, { unit: 'mm[Hg]', ...given })

/**
 * The code table: all home measurements of target-architecture B6. LOINC, SNOMED CT and NPU from the VKP Observation
 * profiles 0.5.2; MDC from IEEE 11073-10101. Several codes of one system are variants met in the field: 2708-6 and
 * 59408-5 are both SpO2; 149546 is a pulse from a cuff; SNOMED CT codes that end in 202102, 202106 or 202108 are those of the
 * Norwegian extension, which no-domain vital signs 0.9.0 writes; 2339-0 and 41653-7 are glucose in mg/dL, 14743-9 from a finger;
 * 4548-4 and NPU03835 are HbA1c by the older scale (%). Codes of oxygen given (LOINC), peak flow, FEV1, HbA1c and creatinine are
 * in no VKP profile.
 */
export const measurements: readonly Measurement[] = [
  line('PULSE', {
    norwegian: 'Puls',
    english: 'Pulse',
    loinc: ['8867-4'],
    snomed: ['364075005', '78564009'],
    mdc: ['149530', '149546'],
    unit: '/min',
    plausible: [20, 300],
  }),
  line('BLOOD_PRESSURE', {
    norwegian: 'Blodtrykk',
    english: 'Blood pressure',
    loinc: ['85354-9', '55284-4'],
    snomed: ['75367002'],
    mdc: ['150020'],
    unit: 'mm[Hg]',
    components: ['SYSTOLIC', 'DIASTOLIC', 'MEAN_ARTERIAL_PRESSURE', 'PULSE_PRESSURE'],
    folds: counted,
  }),
  pressure('SYSTOLIC', {
    norwegian: 'Systolisk blodtrykk',
    english: 'Systolic blood pressure',
    loinc: ['8480-6'],
    snomed: ['271649006', '4471000202106'],
    mdc: ['150021'],
    plausible: [40, 300],
  }),
  pressure('DIASTOLIC', {
    norwegian: 'Diastolisk blodtrykk',
    english: 'Diastolic blood pressure',
    loinc: ['8462-4'],
    snomed: ['271650006', '4481000202108'],
    mdc: ['150022'],
    plausible: [20, 200],
  }),
  pressure('MEAN_ARTERIAL_PRESSURE', {
    norwegian: 'Middelblodtrykk',
    english: 'Mean arterial pressure',
    loinc: ['8478-0'],
    snomed: ['4501000202102'],
    mdc: ['150023'],
    plausible: [25, 250],
  }),
  pressure('PULSE_PRESSURE', {
    norwegian: 'Pulstrykk',
    english: 'Pulse pressure',
    snomed: ['87179004', '4461000202102'],
    plausible: [5, 200],
  }),
  line('OXYGEN_SATURATION', {
    norwegian: 'Oksygenmetning (SpO2)',
    english: 'Oxygen saturation (SpO2)',
    loinc: ['2708-6', '59408-5'],
    snomed: ['431314004'],
    mdc: ['150456', '150588'],
    unit: '%',
    plausible: [40, 100],
  }),
  line('OXYGEN_FLOW', {
    norwegian: 'Oksygentilførsel',
    english: 'Oxygen flow',
    loinc: ['3151-8'],
    unit: 'L/min',
    plausible: [0, 80],
  }),
  line('OXYGEN_CONCENTRATION', {
    norwegian: 'Oksygen i innåndingsluft (FiO2)',
    english: 'Inhaled oxygen concentration (FiO2)',
    loinc: ['3150-6'],
    unit: '%',
    plausible: [15, 100],
  }),
  line('RESPIRATION_RATE', {
    norwegian: 'Respirasjonsfrekvens',
    english: 'Respiration rate',
    loinc: ['9279-1'],
    snomed: ['86290005', '271625008'],
    mdc: ['151562'],
    unit: '/min',
    plausible: [2, 80],
  }),
  line('BODY_TEMPERATURE', {
    norwegian: 'Kroppstemperatur',
    english: 'Body temperature',
    loinc: ['8310-5'],
    snomed: ['276885007'],
    mdc: ['150364'],
    unit: 'Cel',
    plausible: [25, 45],
  }),
  line('BODY_WEIGHT', {
    norwegian: 'Vekt',
    english: 'Body weight',
    loinc: ['29463-7'],
    snomed: ['27113001'],
    mdc: ['188736'],
    unit: 'kg',
    plausible: [0.3, 650],
  }),
  line('GLUCOSE', {
    norwegian: 'Blodsukker',
    english: 'Blood glucose',
    loinc: ['15074-8', '2339-0', '14743-9', '41653-7'],
    snomed: ['434912009'],
    npu: ['NPU02187'],
    mdc: ['160184'],
    unit: 'mmol/L',
    molarMass: 180.156,
    plausible: [0.5, 60],
  }),
  line('HBA1C', {
    norwegian: 'HbA1c',
    english: 'Haemoglobin A1c',
    loinc: ['59261-8', '4548-4'],
    snomed: ['43396009'],
    npu: ['NPU27300', 'NPU03835'],
    unit: 'mmol/mol',
    plausible: [10, 200],
  }),
  line('CREATININE', {
    norwegian: 'Kreatinin',
    english: 'Creatinine',
    loinc: ['14682-9', '2160-0'],
    snomed: ['70901006'],
    npu: ['NPU18016', 'NPU04998'],
    unit: 'umol/L',
    molarMass: 113.12,
    plausible: [5, 3_000],
  }),
  line('BODY_HEIGHT', {
    norwegian: 'Høyde',
    english: 'Body height',
    loinc: ['8302-2'],
    snomed: ['50373000'],
    mdc: ['188740'],
    unit: 'cm',
    plausible: [20, 260],
  }),
  line('BODY_MASS_INDEX', {
    norwegian: 'Kroppsmasseindeks',
    english: 'Body mass index',
    loinc: ['39156-5'],
    mdc: ['188752'],
    unit: 'kg/m2',
    plausible: [5, 200],
  }),
  line('CONSCIOUSNESS', {
    norwegian: 'Bevissthet (ACVPU)',
    english: 'Consciousness (ACVPU)',
    snomed: ['1104441000000107'],
    folds: counted,
  }),
  line('NEWS2', {
    norwegian: 'NEWS2-score',
    english: 'NEWS2 score',
    snomed: ['1104051000000101'],
    unit: '{score}',
    plausible: [0, 20],
    components: [
      'NEWS2_RESPIRATION',
      'NEWS2_OXYGEN_SATURATION',
      'NEWS2_AIR_OR_OXYGEN',
      'NEWS2_SYSTOLIC',
      'NEWS2_PULSE',
      'NEWS2_CONSCIOUSNESS',
      'NEWS2_TEMPERATURE',
    ],
    folds: ordinal,
  }),
  score('NEWS2_RESPIRATION', 'NEWS2: respirasjon', 'NEWS2: respiration', '1104301000000104'),
  score('NEWS2_OXYGEN_SATURATION', 'NEWS2: SpO2', 'NEWS2: SpO2 (scale 2)', '1104321000000108'),
  score(
    'NEWS2_AIR_OR_OXYGEN',
    'NEWS2: luft eller oksygen',
    'NEWS2: air or oxygen',
    '1104331000000105',
    [0, 2],
  ),
  score('NEWS2_SYSTOLIC', 'NEWS2: systolisk', 'NEWS2: systolic', '1104341000000101'),
  score('NEWS2_PULSE', 'NEWS2: puls', 'NEWS2: pulse', '1104351000000103'),
  score('NEWS2_CONSCIOUSNESS', 'NEWS2: bevissthet', 'NEWS2: consciousness', '1104361000000100'),
  score('NEWS2_TEMPERATURE', 'NEWS2: temperatur', 'NEWS2: temperature', '1104371000000107'),
  score(
    'CLINICAL_FRAILTY',
    'Klinisk skrøpelighetsskala',
    'Clinical Frailty Scale',
    '763264000',
    [1, 9],
  ),
  line('QUESTIONNAIRE_SCORE', {
    norwegian: 'Skjemascore',
    english: 'Questionnaire score',
    loinc: ['74465-6'],
    unit: '{score}',
    folds: ordinal,
  }),
  line('PEAK_FLOW', {
    norwegian: 'PEF',
    english: 'Peak expiratory flow',
    loinc: ['19935-6'],
    mdc: ['152584'],
    unit: 'L/min',
    plausible: [20, 1_000],
  }),
  line('FEV1', {
    norwegian: 'FEV1',
    english: 'Forced expiratory volume in 1 second',
    loinc: ['20150-9'],
    mdc: ['152586'],
    unit: 'L',
    plausible: [0.1, 8],
  }),
]

const TOKEN = /^[^\s|]{1,200}\|[^\s|]{1,100}$/

/** True for text in the form of a FHIR token, `system|code`, whether or not the code table knows it. */
export const isCodeToken = (text: string): boolean => TOKEN.test(text)

/** What a measurement's numbers are a measure of, for their conversion. */
export const substanceOf = ({
  kind,
  molarMass,
}: Partial<Pick<Measurement, 'kind' | 'molarMass'>>): Substance | undefined =>
  kind === 'HBA1C' ? kind : molarMass

/** All codings of a measurement, as FHIR tokens `system|code`. */
export function tokensOf(measurement: Measurement): readonly string[] {
  const systems = ['loinc', 'snomed', 'npu', 'mdc'] as const
  return systems.flatMap((system) =>
    measurement[system].map((code) => `${codeSystems[system]}|${code}`),
  )
}

const byKind = new Map(measurements.map((measurement) => [measurement.kind, measurement]))
const byToken = new Map(
  measurements.flatMap((measurement) =>
    tokensOf(measurement).map((token) => [token, measurement] as const),
  ),
)

export const measurementOfKind = (kind: MeasurementKind): Measurement | undefined =>
  byKind.get(kind)

/** The measurement that a token stands for, where the code table knows it. */
export const measurementOfToken = (token: string): Measurement | undefined => byToken.get(token)

/** The measurement that the first known coding stands for. */
export function kindOf(
  codings: readonly { readonly system?: string | undefined; readonly code?: string | undefined }[],
): MeasurementKind | undefined {
  for (const { system, code } of codings) {
    const found = byToken.get(`${system ?? ''}|${code ?? ''}`)
    if (found) return found.kind
  }
  return undefined
}

/**
 * All tokens under which rows with the meaning of `token` may be coded: those of its line in the code table, else itself.
 * A search for one coding thereby finds rows in another code system.
 */
export function equivalentTokens(token: string): readonly string[] {
  const measurement = byToken.get(token)
  return measurement ? tokensOf(measurement) : [token]
}
