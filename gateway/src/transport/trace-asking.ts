import type { Telemetry } from '@kilde/service'
import type { AskSource } from './ask-source.js'
import { countRows, type SourceAnswer } from './source-answer.js'

/** Each asking of a source is a span, with what came of it. */
export function traceAsking(telemetry: Telemetry, ask: AskSource): AskSource {
  if (!telemetry.isOn) return ask
  return (provider, question) =>
    telemetry.span('gateway.source', async () => {
      telemetry.note({ 'kilde.organization': provider.number })
      const answer = await ask(provider, question)
      telemetry.note({
        'kilde.status': answer.status,
        'kilde.reason': answer.reason,
        'kilde.rows': rowsOf(answer),
      })
      return answer
    })
}

const rowsOf = ({ pages }: SourceAnswer): number =>
  pages.reduce((sum, page) => sum + countRows(page), 0)
