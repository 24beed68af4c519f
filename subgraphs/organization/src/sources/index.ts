export { compileShapeCheck } from '../ingest/fhir-schema.js'
export { ingest } from '../ingest/ingest.js'
export { combineSources } from './combine/combine.js'
export { openFhirSource } from './fhir/open.js'
export { fhirSettings, serverOf } from './fhir/settings.js'
export type { Intake } from './intake.js'
export type {
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
