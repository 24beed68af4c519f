import { type DemoFile, readDemo } from './demo.js'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { formatJson } from './format-json.js'
import { coloursFor } from './style.js'
import type { Surroundings } from './surroundings.js'
import { table } from './table.js'

/** Prints what the running demo holds: a table for people, or JSON for programs. */
export async function showDemo(
  options: { readonly json?: true; readonly portBase?: string },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const demo = await readDemo(options.portBase, surroundings)
  const { out } = surroundings
  out.write(options.json ? `${formatJson(publicPart(demo))}\n` : overview(demo, surroundings))
  return exitCodes.done
}

/** A public interface: scripts rely on these names. Key files are the commands' own affair. */
function publicPart(demo: DemoFile) {
  const { startedAt, pid, gateway, identity, registry, privacy, services, patients } = demo
  return {
    startedAt,
    pid,
    addresses: addressesOf(demo),
    gateway,
    identity,
    registry,
    privacy,
    services,
    personas: demo.personas.map(({ key }) => key),
    people: demo.personas,
    organizations: demo.organizations.map(({ ingest: _ingest, ...organization }) => organization),
    patients,
  }
}

function addressesOf({ gateway, identity, registry, privacy }: DemoFile) {
  return {
    gateway,
    graphql: `${gateway}/graphql`,
    graphiql: `${gateway}/graphiql`,
    identity,
    registry,
    privacy,
  }
}

function overview(demo: DemoFile, { out }: Surroundings): string {
  const { bold, dim } = coloursFor(out)
  const names = new Map(demo.organizations.map(({ number, name }) => [number, name]))
  const part = (title: string, text: string): string => `${bold(title)}\n${text}`
  return [
    part('Addresses', table(['what', 'where'], Object.entries(addressesOf(demo)), dim)),
    part(
      'Personas (`--as`)',
      table(
        ['persona', 'name', 'who'],
        demo.personas.map(({ key, name, about }) => [key, name, about]),
        dim,
      ),
    ),
    part(
      'Organisations',
      table(
        ['key', 'number', 'name', 'address', 'pid'],
        demo.organizations.map(({ key, number, name, address, pid }) => [
          key,
          number,
          name,
          address,
          String(pid),
        ]),
        dim,
      ),
    ),
    part(
      'Patients (`--patient`)',
      table(
        ['identifier', 'name', 'data at', 'story'],
        demo.patients.map(({ identifier, name, organizations, story }) => [
          identifier,
          name,
          organizations.map((number) => names.get(number) ?? number).join(', ') || 'nobody',
          story,
        ]),
        dim,
      ),
    ),
  ].join('\n')
}
