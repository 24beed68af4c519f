import { type Command, InvalidArgumentError } from 'commander'
import type { Finish } from '../exit-codes.js'
import type { SignOptions } from '../policy/sign.js'
import type { VerifyOptions } from '../policy/verify.js'
import type { Surroundings } from '../surroundings.js'

const MOST_DAYS = 400

export function addPolicy(program: Command, surroundings: Surroundings, finish: Finish): void {
  const policy = program
    .command('policy')
    .summary('sign and check the rules of an organisation')
    .description(
      'Signs bundles of rules (docs/policy.md) as an organisation distributes them to its nodes, and checks them as nodes do. Needs no running demo.',
    )
  policy
    .command('key')
    .description(
      'Make a key that signs bundles. Prints its public half, which nodes pin (KILDE_POLICY_KEYS).',
    )
    .requiredOption(
      '--out <file>',
      'the private key, for this user alone; never over a file that is there',
    )
    .addHelpText('after', '\nExample:\n  kilde policy key --out policy-key.json > policy-keys.json')
    .action(async (options: { readonly out: string }) => {
      const { newPolicyKey } = await import('../policy/new-key.js')
      finish(await newPolicyKey(options, surroundings))
    })
  policy
    .command('sign')
    .description(
      'Sign a bundle: a folder of common.cedar, professional.cedar, citizen.cedar and tables.json, or a JSON file of `policies` and `tables`. What no node would take is not signed.',
    )
    .argument('<bundle>', 'the folder or file')
    .requiredOption('--key <file>', 'private key: JWK, P-256')
    .option('--days <number>', `how long nodes may decide by it, 1 to ${MOST_DAYS} days`, days, 30)
    .option('--out <file>', 'write it there, as a whole (default: print it)')
    .addHelpText(
      'after',
      '\nExample:\n  kilde policy sign rules --key policy-key.json --out policy.jws',
    )
    .action(async (bundle: string, options: Omit<SignOptions, 'bundle'>) => {
      const { signPolicy } = await import('../policy/sign.js')
      finish(await signPolicy({ ...options, bundle }, surroundings))
    })
  policy
    .command('verify')
    .description('Check whether a node with these keys would decide by a signed bundle.')
    .argument('<file>', 'the signed bundle')
    .requiredOption('--keys <file...>', 'public keys that nodes pin: JWK or JWKS')
    .option('--after <file>', 'what nodes hold now: nothing older takes its place')
    .addHelpText(
      'after',
      '\nExample:\n  kilde policy verify policy.jws --keys policy-keys.json --after in-force.jws',
    )
    .action(async (file: string, options: Omit<VerifyOptions, 'file'>) => {
      const { verifyPolicy } = await import('../policy/verify.js')
      finish(await verifyPolicy({ ...options, file }, surroundings))
    })
}

function days(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= MOST_DAYS) return number
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST_DAYS}.`)
}
