import { patients } from '@kilde/people'
import picocolors from 'picocolors'
import type { DemoFile } from './demo-file.js'
import type { MemoryUse } from './memory.js'
import { readmeQuery } from './readme-query.js'

export interface WelcomeFacts {
  readonly portBase: number
  readonly startedInMs: number
  readonly memory: MemoryUse | undefined
}

const DEFAULT_PORT_BASE = 4_000
const { bold, dim } = picocolors

/** What `npm start` ends with: what to open, what to ask, how to ask it from the command line. */
export function welcome(demo: DemoFile, facts: WelcomeFacts): string {
  const rows = demo.patients.flatMap(({ rows }) => Object.values(rows))
  const total = rows.reduce((sum, count) => sum + count, 0).toLocaleString('en-GB')
  const base = facts.portBase === DEFAULT_PORT_BASE ? '' : `KILDE_PORT_BASE=${facts.portBase} `
  const { identifier, name } = patients.copd
  return `
${bold('Kilde is ready')} after ${Math.round(facts.startedInMs / 1000)} s: ${demo.organizations.length} organisations, ${total} observations. ${memoryText(facts.memory)}

  ${bold('GraphiQL')}  ${demo.gateway}/graphiql   ${dim('sign in, e.g. as Henrik Lungelege')}
  ${bold('GraphQL')}   ${demo.gateway}/graphql

${bold('Ask')} how the lung function of ${name} developed. In GraphiQL, with the variables {"identifier": "${identifier}"}:

${indented(readmeQuery)}
From the command line:

  ${base}npm run -s kilde -- query --as hospital-doctor --patient ${identifier}
  ${base}npm run -s kilde -- demo        ${dim('all addresses, people and patients')}

Ctrl-C stops everything.`
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ')

function memoryText(memory: MemoryUse | undefined): string {
  if (!memory) return ''
  const megabytes = Math.round(memory.bytes / 1_048_576)
  const bound = memory.kind === 'RSS' ? 'at most ' : ''
  return `Uses ${bound}${megabytes} MB of memory in ${memory.processes} processes.`
}
