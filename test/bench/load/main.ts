import { parseArgs } from 'node:util'
import { machine } from '../machine.js'
import { printLines, printTargets } from '../print.js'
import { endAll } from '../processes.js'
import {
  findSaturation,
  measureEven,
  measureOverload,
  measureScale,
  measureSoak,
  warmUp,
} from './phases.js'
import { loadLines, writeLoadReport } from './report.js'
import { type LoadSetting, type LoadSize, startLoad } from './setting.js'
import { holdsLatency, type LoadFigures, loadTargets } from './targets.js'

const USAGE = `npm run load                          a normal day for a minute, saturation, overload, 20 and 200 nodes
npm run load -- --json                one line of JSON instead
npm run load -- --minutes 10          how long the normal day lasts: the target's size
npm run load -- --soak 30             and so many minutes more, for memory and descriptors
npm run load -- --write               into docs/load.md, docs/load.json and docs/load.svg
--per-second 50 --requesters 20 --nodes 20 --rows 50 --node-ms 50: the normal day`

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '1' },
    soak: { type: 'string', default: '0' },
    'per-second': { type: 'string', default: '50' },
    requesters: { type: 'string', default: '20' },
    nodes: { type: 'string', default: '20' },
    rows: { type: 'string', default: '50' },
    'node-ms': { type: 'string', default: '50' },
  },
})

const OVERLOAD_TIMES = 5
const OVERLOAD_MS = 60_000
const RATES = [10, 20, 30, 40, 50, 60, 70, 80, 100, 120, 140, 160, 200]
/** Ten times the nodes are ten times the rows: a rate that both sizes can take. */
const SCALE = { times: 10, perSecond: 2, forMs: 20_000 } as const

process.once('SIGINT', () => void endAll().then(() => process.exit(130)))
try {
  await run()
} catch (fault) {
  console.error(`load: ${fault instanceof Error ? fault.message : String(fault)}`)
  process.exitCode = 1
} finally {
  await endAll()
}

async function run(): Promise<void> {
  if (options.help) return console.log(USAGE)
  const figures = await measureAll()
  const targets = loadTargets(figures)
  if (options.json) console.log(JSON.stringify({ machine: machine(), ...figures, targets }))
  else {
    printLines(loadLines(figures))
    printTargets(targets)
  }
  if (options.write) await writeLoadReport(machine(), figures, targets)
}

async function measureAll(): Promise<LoadFigures> {
  const size: LoadSize = {
    requesters: whole('requesters', 1_000),
    nodes: whole('nodes', 1_000),
    rows: whole('rows', 1_000),
    nodeMs: whole('node-ms', 10_000),
  }
  const setting = await startLoad(size)
  const found = await measureOne(setting)
  await setting.end()
  tell(`${size.nodes} and ${size.nodes * SCALE.times} nodes`)
  const nodes = [size.nodes, size.nodes * SCALE.times]
  const scale = await measureScale({ ...size, rows: 5 }, nodes, SCALE.perSecond, SCALE.forMs)
  return { ...found, scale }
}

async function measureOne(setting: LoadSetting): Promise<Omit<LoadFigures, 'scale'>> {
  const perSecond = whole('per-second', 10_000)
  const soakMinutes = whole('soak', 1_440)
  tell('warming up')
  await warmUp(setting, 1)
  tell('a normal day')
  const steady = await measureEven(setting, perSecond, whole('minutes', 1_440) * 60_000)
  const soak = soakMinutes > 0 ? await measureSoak(setting, perSecond, soakMinutes) : undefined
  tell('saturation')
  const saturation = await findSaturation(setting, holdsLatency, RATES)
  tell('overload')
  const over = { perSecond, times: OVERLOAD_TIMES, forMs: OVERLOAD_MS }
  const overload = await measureOverload(setting, over)
  return { steady, saturation, overload, ...(soak && { soak }) }
}

function whole(
  name: Exclude<keyof typeof options, 'help' | 'json' | 'write'>,
  most: number,
): number {
  const value = Number(options[name])
  const least = name === 'soak' || name === 'node-ms' ? 0 : 1
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new Error(`--${name} is a whole number from ${least} to ${most}.`)
}

function tell(what: string): void {
  console.error(`load: ${what} …`)
}
