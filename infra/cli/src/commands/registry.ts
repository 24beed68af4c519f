import type { Command } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { AddOptions } from '../registry/add-organization.js'
import type { AgreeOptions } from '../registry/agree.js'
import type { SetOptions } from '../registry/set-organization.js'
import type { Surroundings } from '../surroundings.js'
import { addPortBase } from './port-base.js'

interface Common {
  readonly portBase?: string
}

/** Commands that change the registry return when every connected gateway and node goes by the change. */
export function addRegistry(program: Command, surroundings: Surroundings, finish: Finish): void {
  const registry = program
    .command('registry')
    .summary('see and change who shares with whom')
    .description(
      'Shows and changes the registry: organisations, agreements, memberships. A change takes effect before the command returns: it waits until every connected gateway and node has confirmed it, and names those that have not (exit code 3).',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  kilde registry list\n  kilde registry drain hospital\n  kilde registry activate 310000205',
    )
  addLists(registry, surroundings, finish)
  addTurns(registry, surroundings, finish)
  addAdd(registry, surroundings, finish)
  addSet(registry, surroundings, finish)
  addAgree(registry, surroundings, finish)
}

function addLists(registry: Command, surroundings: Surroundings, finish: Finish): void {
  const list = registry
    .command('list')
    .description('List organisations, and the gateways and nodes that follow the registry.')
    .addHelpText('after', '\nExample:\n  kilde registry list')
    .action(async (options: Common) => {
      const { listRegistry } = await import('../registry/list-registry.js')
      finish(await listRegistry(options, surroundings))
    })
  const state = registry
    .command('state')
    .description('Print everything that the registry holds, as JSON.')
    .addHelpText('after', '\nExample:\n  kilde registry state | jq .agreements')
    .action(async (options: Common) => {
      const { printState } = await import('../registry/list-registry.js')
      finish(await printState(options, surroundings))
    })
  for (const command of [list, state]) addPortBase(command)
}

const turns = {
  drain: 'Let what is under way end, and ask the organisation nothing new.',
  pause: 'Ask the organisation nothing for now.',
  activate: 'Ask the organisation again.',
  remove: 'Remove the organisation, and with it its sub-units, its agreements and its membership.',
} as const

function addTurns(registry: Command, surroundings: Surroundings, finish: Finish): void {
  for (const [name, about] of Object.entries(turns)) {
    const command = registry
      .command(name)
      .description(about)
      .argument('<organization>', 'number, key or name')
      .addHelpText('after', `\nExample:\n  kilde registry ${name} hospital`)
      .action(async (organization: string, options: Common) => {
        const { turnOrganization } = await import('../registry/turn-organization.js')
        finish(
          await turnOrganization(
            { ...options, organization, turn: name as keyof typeof turns },
            surroundings,
          ),
        )
      })
    addPortBase(command)
  }
}

function addAdd(registry: Command, surroundings: Surroundings, finish: Finish): void {
  const command = registry
    .command('add')
    .description('Add an organisation, or replace what the registry says of it.')
    .argument('<number>', 'its organisation number, 9 digits')
    .requiredOption('--name <name>', 'its registered name')
    .requiredOption('--kind <kind>', 'MUNICIPALITY, HOSPITAL, GP, PRIVATE or OTHER')
    .option('--endpoint <url>', 'base URL of its node; GraphQL is at <url>/graphql')
    .option('--replicas <url...>', 'other base URLs that answer as its endpoint does')
    .option('--audience <text>', 'audience of tokens for it (default: kilde:organization:<number>)')
    .option('--classes <class...>', 'classes of data that it shares, e.g. Observation')
    .option('--contract <version>', 'version of the contract that it serves (default: this one’s)')
    .option('--parent <number>', 'the legal entity, where it is a sub-unit')
    .option('--state <state>', 'ACTIVE, DRAINING or PAUSED', 'ACTIVE')
    .option(
      '--request-signature <who>',
      'who must have signed what it is asked: GATEWAY (the default) or REQUESTER',
    )
    .option('--page-keys <file...>', 'public keys that sign its answers: JWK or JWKS, P-256')
    .option('--no-citizens', 'it does not serve citizens')
    .option('--member', 'it takes part from today, and accepts the terms of the others')
    .option('--agree-all', 'agreements with every member, both ways')
    .option('--agree-with <number...>', 'agreements with these, both ways')
    .addHelpText(
      'after',
      '\nExample:\n  kilde registry add 310000906 --name "Nye legekontor" --kind GP --endpoint http://127.0.0.1:4406 \\\n    --classes Observation --member --agree-all',
    )
    .action(async (number: string, options: AddOptions) => {
      const { addOrganization } = await import('../registry/add-organization.js')
      finish(await addOrganization({ ...options, number }, surroundings))
    })
  addTerms(addPortBase(command))
}

function addSet(registry: Command, surroundings: Surroundings, finish: Finish): void {
  const command = registry
    .command('set')
    .description(
      'Change who must have signed what an organisation is asked, and which keys sign its answers. All else stays as it is.',
    )
    .argument('<organization>', 'number, key or name')
    .option('--request-signature <who>', 'GATEWAY, or REQUESTER (docs/signed-requests.md)')
    .option('--page-keys <file...>', 'the public keys, all of them: JWK or JWKS, P-256')
    .option('--no-page-keys', 'no keys: its answers are not signed')
    .addHelpText(
      'after',
      '\nExample, from one key to the next: first both, then the new one alone\n  kilde registry set hospital --page-keys new.json old.json\n  kilde registry set hospital --page-keys new.json',
    )
    .action(async (organization: string, options: SetOptions) => {
      const { setOrganization } = await import('../registry/set-organization.js')
      finish(await setOrganization({ ...options, organization }, surroundings))
    })
  addPortBase(command)
}

function addAgree(registry: Command, surroundings: Surroundings, finish: Finish): void {
  const command = registry
    .command('agree')
    .description('Let one organisation (the consumer) ask another (the provider).')
    .argument('<consumer>', 'number, key or name of who asks')
    .argument('<provider>', 'number, key or name of who answers')
    .option('--classes <class...>', 'classes of data (default: Observation)')
    .option('--until <date>', 'last day of the agreement (default: open-ended)')
    .option('--both-ways', 'an agreement in the other direction as well')
    .addHelpText(
      'after',
      '\nExample:\n  kilde registry agree gp hospital --purposes TREAT --both-ways',
    )
    .action(async (consumer: string, provider: string, options: AgreeOptions) => {
      const { agree } = await import('../registry/agree.js')
      finish(await agree({ ...options, consumer, provider }, surroundings))
    })
  addTerms(addPortBase(command))
}

/** What every agreement must say. */
function addTerms(command: Command): void {
  command
    .option('--purposes <purpose...>', 'purposes of use (default: TREAT ETREAT COC BTG)')
    .option('--legal-basis <text>', 'the law that gives access (default: that of treatment)')
    .option('--risk-assessment <text>', 'reference to the risk assessment of both parties')
}
