export { bundlesOf, type OrganizationBundle } from './bundles.js'
export type { Chart } from './chart.js'
export { demoBundles, demoCharts } from './demo-data.js'
export { generateRows, type RowsRequest } from './rows.js'
