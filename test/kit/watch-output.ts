import type { Trace } from './find-numbers.js'

export interface OutputWatch {
  traces(): readonly Trace[]
  stop(): void
}

type Write = (chunk: string | Uint8Array, ...rest: never[]) => boolean
type Stream = { write: unknown }

/** Copies what is written to the standard streams and the console, past our own logger: by libraries and by Node itself. */
export function watchOutput(): OutputWatch {
  const traces: Trace[] = []
  const undo = [
    ...(['stdout', 'stderr'] as const).map((name) => copyStream(name, process[name], traces)),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      copyConsole(name, traces),
    ),
  ]
  return {
    traces: () => traces,
    stop: () => {
      for (const restore of undo.splice(0)) restore()
    },
  }
}

function copyStream(where: string, stream: Stream, traces: Trace[]): () => void {
  const { write } = stream
  stream.write = function (this: Stream, chunk: string | Uint8Array, ...rest: never[]): boolean {
    traces.push({ where, content: chunk })
    return (write as Write).call(this, chunk, ...rest)
  }
  return () => {
    stream.write = write
  }
}

function copyConsole(name: 'log' | 'info' | 'warn' | 'error' | 'debug', traces: Trace[]) {
  const write = console[name]
  console[name] = (...values: unknown[]) => {
    traces.push({ where: `console.${name}`, content: values.map(String).join(' ') })
    write.apply(console, values)
  }
  return () => {
    console[name] = write
  }
}
