import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { GenerateOptions } from '../generate/read-request.js'
import type { Surroundings } from '../surroundings.js'

export function addGenerate(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command('generate')
    .summary('make a synthetic population')
    .description(
      'Makes believable data of synthetic people in home follow-up, a folder for each organisation, as FHIR R4 that `kilde load` takes, and tells what it made. The same options make the same bytes on every machine. Numbers of people are synthetic: the month of birth is raised by 80.',
    )
    .option('--patients <number>', 'how many people, 1 to 146000', '100')
    .option('--organizations <number>', 'how many organisations, 1 to 1000', '6')
    .option('--days <number>', 'how many days are told of, 1 to 3650', '90')
    .option('--seed <text>', 'another seed, other people', '1')
    .option('--until <date>', 'the last of the days', '2026-10-31')
    .option('--to <folder>', 'a folder that is not there yet, or is empty', 'population')
    .option('--json', 'the statistics as JSON, for programs')
    .addHelpText('after', closing)
    .action(async (options: GenerateOptions) => {
      const { runGenerate } = await import('../generate/run-generate.js')
      finish(await runGenerate(options, surroundings))
    })
}

const closing = `
The first six organisations are those of the demo; their data can be loaded into it. Conditions: COPD, heart failure,
diabetes, hypertension, cancer follow-up, hospital at home. A patient and a year are about 2 MB.

In the folder: one folder for each organisation, by its number; \`people-0001.ndjson\`, who is who and where how many
rows lie; \`consents-0001.ndjson\`, blocks for the privacy service; \`population.json\`, the statistics.

Examples:
  kilde generate --patients 50 --days 120 --to population
  kilde load population/310000108 --to 310000108`
