import type { Failure } from './run-schedules.js'

/** A failing schedule in words: what went wrong, and everything that had been laid down. */
export function describe({ problems, schedule }: Failure): string {
  const { seed, clients, registry, faults, copies, way } = schedule
  return [
    `seed ${seed} (${way}${copies ? ', with copies' : ''}):`,
    ...problems.map((problem) => `  ! ${problem}`),
    ...clients.map((client, number) => `  client ${number + 1}: ${JSON.stringify(client)}`),
    ...registry.map(({ fromMs, stale, members }) => {
      const said = JSON.stringify(Object.fromEntries(members))
      return `  registry from ${fromMs} ms${stale ? ', silent' : ''}: ${said}`
    }),
    ...[...faults].map(([where, [name, ms]]) => `  ${where}: ${name}, ${ms} ms`),
  ].join('\n')
}
