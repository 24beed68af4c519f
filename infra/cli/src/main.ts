import type { Output } from './surroundings.js'

// First of all, before anything else is loaded: an identity number on the command line would stand in the process list
// for as long as the command runs.
process.title = 'kilde'
const { run } = await import('./run.js')

// `kilde … | head` closes the pipe early: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

// The exit code is set, not `process.exit` called: what stands in a pipe's buffer must still get out.
process.exitCode = await run(process.argv.slice(2), {
  out: outputTo(process.stdout),
  err: outputTo(process.stderr),
  readStdin,
  env: process.env,
  folder: folderOf(process.env),
  now: Date.now,
})

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    columns: stream.columns ?? 100,
  }
}

/** `npm run kilde` changes to the checkout's folder first and tells where it was called. */
function folderOf(env: NodeJS.ProcessEnv): string {
  const calledByNpm = env['npm_lifecycle_event'] === 'kilde'
  return (calledByNpm ? env['INIT_CWD'] : undefined) ?? process.cwd()
}

async function readStdin(): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}
