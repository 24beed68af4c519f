import { writeSync } from 'node:fs'
import { aRead, open } from './kit.js'

/** Appends from several sides and says each id when it is durable, until it is killed or refused. */
async function main(directory: string, name: string): Promise<void> {
  const log = await open(directory)
  const writers = name === 'full' ? 1 : 4
  await Promise.all(
    Array.from({ length: writers }, (_, writer) => appendForever(`${name}.${writer}`)),
  )

  async function appendForever(prefix: string): Promise<void> {
    for (let n = 0; ; n++) {
      await log.append(aRead(`${prefix}.${n}`))
      writeSync(1, `${prefix}.${n}\n`)
    }
  }
}

main(process.argv[2] ?? '', process.argv[3] ?? '').catch((error: { code?: string }) => {
  writeSync(1, `${error.code}\n`)
  process.exit(0)
})
