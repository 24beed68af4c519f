// Loaded into the gateway's process by the test, before anything else: keeps what it is told to keep, in every place that is
// searched, so that the test can show that it finds what is there.
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

process.on('message', (message) => {
  if (!message?.keep) return
  const { heap, native, file } = message.keep
  globalThis.kept = { heap: [heap].join(), native: Buffer.allocUnsafeSlow(4_096) }
  globalThis.kept.native.write(native, 2_048, 'utf8')
  writeFileSync(join(tmpdir(), 'kept'), Buffer.from(file).toString('base64'))
  process.send({ kept: true })
})
