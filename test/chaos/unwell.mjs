// Loaded into a service before everything else (`--import`), so that it can be told to have a slow disk or a wrong clock: neither can be
// had otherwise on a machine whose own disk and clock others use. Listens to `{ unwell: { diskMs, skewMs } }`.
import { open } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

let diskMs = 0
let skewMs = 0

const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skewMs)
    else super(...given)
  }
  static now() {
    return RealDate.now() + skewMs
  }
}

const file = await open(fileURLToPath(import.meta.url))
const prototype = Object.getPrototypeOf(file)
await file.close()
for (const name of ['datasync', 'sync']) {
  const real = prototype[name]
  prototype[name] = async function late() {
    if (diskMs > 0) await wait(diskMs)
    return real.call(this)
  }
}

process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('unwell' in message)) return
  diskMs = message.unwell.diskMs ?? 0
  skewMs = message.unwell.skewMs ?? 0
})
// Listening for this is no reason to go on.
process.channel?.unref()
