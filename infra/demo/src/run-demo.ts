import { readConfig, startFault } from '@kilde/service'
import { demoDirectory } from './demo-file.js'
import { measureTree } from './memory.js'
import { settings } from './settings.js'
import { type Demo, startDemo } from './start-demo.js'
import { welcome } from './welcome.js'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function run(): Promise<Demo> {
  const startedAt = Date.now()
  const { KILDE_PORT_BASE: portBase } = readConfig(settings, process.env)
  const demo = await startDemo({
    portBase,
    directory: demoDirectory(portBase),
    log: (line) => say(`kilde: ${line}`),
  })
  say(
    welcome(demo.file, {
      portBase,
      startedInMs: Date.now() - startedAt,
      memory: measureTree(process.pid),
    }),
  )
  return demo
}

/** While it is still starting, and at a second Ctrl-C, it ends at once: the services then stop by themselves. */
function stopOnSignal(running: () => Demo | undefined): void {
  let asked = false
  const stop = async (): Promise<void> => {
    const demo = running()
    if (asked || !demo) process.exit(130)
    asked = true
    say('\nkilde: stopping …')
    await demo.stop()
    say('kilde: stopped.')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop())
  }
}

let demo: Demo | undefined
stopOnSignal(() => demo)
try {
  demo = await run()
} catch (error) {
  process.stderr.write(`kilde: ${startFault(error).replace(/\s*\n\s*/g, ' ')}\n`)
  process.exit(1)
}
