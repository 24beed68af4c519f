import type { Command } from 'commander'

/** Which running demo a command is about. */
export function addPortBase(command: Command): Command {
  return command.option(
    '--port-base <port>',
    'which running demo, by the port of its gateway (default: KILDE_PORT_BASE, or 4000)',
  )
}
