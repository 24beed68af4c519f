import { redactNumbers } from '@kilde/service'
import { Command } from 'commander'
import { addAccessLog } from './commands/access-log.js'
import { addAudit } from './commands/audit.js'
import { addBlock } from './commands/block.js'
import { addCatalogue } from './commands/catalogue.js'
import { addConfig } from './commands/config.js'
import { addConformance } from './commands/conformance.js'
import { addDemo } from './commands/demo.js'
import { addDoctor } from './commands/doctor.js'
import { addGenerate } from './commands/generate.js'
import { addJoin } from './commands/join.js'
import { addLoad } from './commands/load.js'
import { addPolicy } from './commands/policy.js'
import { addQuery } from './commands/query.js'
import { addRegistry } from './commands/registry.js'
import { addShadow } from './commands/shadow.js'
import { addSources } from './commands/sources.js'
import { addStore } from './commands/store.js'
import { addWatch } from './commands/watch.js'
import type { Finish } from './exit-codes.js'
import type { Surroundings } from './surroundings.js'

/** All commands, their options and their help. What they do is loaded only when it is asked for. */
export function createProgram(surroundings: Surroundings, finish: Finish): Command {
  const program = new Command('kilde')
    .description('Asks and tends a running Kilde demo, with real tokens and proofs.')
    .usage('<command> [options]')
    .exitOverride()
    .showHelpAfterError('(`--help` explains.)')
    .configureOutput({
      writeOut: (text) => surroundings.out.write(text),
      // Commander repeats what was typed.
      writeErr: (text) => surroundings.err.write(redactNumbers(text)),
      getOutHelpWidth: () => widthOf(surroundings.out.columns),
      getErrHelpWidth: () => widthOf(surroundings.err.columns),
      getOutHasColors: () => surroundings.out.isTerminal,
      getErrHasColors: () => surroundings.err.isTerminal,
    })
    .addHelpText('after', closing)
  addQuery(program, surroundings, finish)
  addWatch(program, surroundings, finish)
  addAccessLog(program, surroundings, finish)
  addDemo(program, surroundings, finish)
  addDoctor(program, surroundings, finish)
  addSources(program, surroundings, finish)
  addLoad(program, surroundings, finish)
  addGenerate(program, surroundings, finish)
  addRegistry(program, surroundings, finish)
  addCatalogue(program, surroundings, finish)
  addPolicy(program, surroundings, finish)
  addConfig(program, surroundings, finish)
  addConformance(program, surroundings, finish)
  addJoin(program, surroundings, finish)
  addShadow(program, surroundings, finish)
  addBlock(program, surroundings, finish)
  addAudit(program, surroundings, finish)
  addStore(program, surroundings, finish)
  return program
}

const widthOf = (columns: number): number => Math.min(Math.max(columns, 60), 110)

const closing = `
From a checkout every command begins with \`npm run -s kilde --\`:
  npm start                                                   in another terminal: the demo
  npm run -s kilde -- demo                                    who and what is there
  npm run -s kilde -- query --as gp --patient <identifier>    one question, one honest answer

Exit codes: 0 done and complete · 1 it could not be done · 2 the command line is wrong ·
3 done in part (a source is missing, a row was refused, a gateway has not confirmed).`
