import type { SpanName } from './allowed.js'
import type { Telemetry } from './telemetry.js'

type Prefix = 'gateway' | 'node' | 'privacy'

// Steps differ in what they take and give; each is narrowed again by `S`.
type Step = (...given: never[]) => unknown

/** A step without a span in the list does not compile. */
type Listed<P extends Prefix, S> = {
  readonly [K in keyof S]: `${P}.${K & string}` extends SpanName ? S[K] : never
}

/** The same steps, each as a span. Where telemetry is off they are these very steps: they cost nothing more. */
export function traceSteps<P extends Prefix, S extends object>(
  telemetry: Telemetry,
  prefix: P,
  steps: S & Listed<P, S>,
): S {
  if (!telemetry.isOn) return steps
  const traced = Object.entries(steps as Record<string, Step>).map(([name, step]) => {
    const span = `${prefix}.${name}` as SpanName
    return [name, (...given: never[]) => telemetry.span(span, () => step(...given))]
  })
  return Object.fromEntries(traced) as S
}
