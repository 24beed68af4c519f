export { createGraphiql } from './create-graphiql.js'
export { GraphiqlError, graphiqlErrors } from './errors.js'
export type { GraphiqlOptions } from './options.js'
export type { AttestChoice, AuthorizationDetail, Example } from './settings.js'
