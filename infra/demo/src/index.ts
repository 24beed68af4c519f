export {
  bundlesOf,
  type Chart,
  demoAlerts,
  demoAssessments,
  demoBundles,
  demoCharts,
  demoContacts,
  demoDocuments,
  demoMedications,
  demoNextOfKin,
  demoPatients,
  demoPlans,
  demoQuestionnaires,
  demoServices,
  demoStories,
  demoSupervision,
  demoTeams,
  generateRows,
  type OrganizationBundle,
  type PatientsBundle,
  type RowsRequest,
} from '@kilde/population'
export { demoCatalogue } from './catalogue.js'
export {
  type ClientFile,
  type DemoFile,
  demoDirectory,
  readDemoFile,
} from './demo-file.js'
export { DemoError, demoErrors } from './errors.js'
export { graphiqlExamples } from './examples.js'
export { createLoader, type Loader, type LoadTarget } from './load.js'
export { readmeQuery } from './readme-query.js'
export { settings as demoSettings } from './settings.js'
export { type Demo, type DemoOptions, startDemo } from './start-demo.js'
