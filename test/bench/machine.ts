import os from 'node:os'

/** What the figures were taken on: sizes only, no names. */
export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGb: number
  readonly node: string
  readonly system: string
}

export function machine(): Machine {
  return {
    cores: os.cpus().length,
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(os.totalmem() / 1e9),
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
  }
}

export const describe = ({ cores, processor, memoryGb, node, system }: Machine): string =>
  `Node ${node} on ${system}, ${cores} cores (${processor}), ${memoryGb} GB of memory`
