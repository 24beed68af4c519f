export { classNamed, classNames } from '../classes/index.js'
export { compileShapeCheck } from '../ingest/fhir-schema.js'
export { ingest } from '../ingest/ingest.js'
export { combineSources } from './combine/combine.js'
export { openFhirSource } from './fhir/open.js'
export { fhirSettings, serverOf } from './fhir/settings.js'
export type { Intake } from './intake.js'
export { openSides, openSources } from './open-sources.js'
export { type SourcesOfTenant, sourceList, sourceProblems } from './settings.js'
export {
  type Compared,
  compareClassPages,
  compareNames,
  comparePages,
  isSame,
} from './shadow/compare-answers.js'
export type { FieldDifference } from './shadow/compare-json.js'
export { shadowSettings } from './shadow/settings.js'
export type {
  ClassPage,
  ClassQuestion,
  ClosedRows,
  LatestQuestion,
  Page,
  PageQuestion,
  RowsMeant,
  ShownQuestion,
  Source,
  SourceName,
  SourceRow,
  TrendQuestion,
} from './source.js'
export { openStore } from './store/open.js'
