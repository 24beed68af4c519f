import { setMaxListeners } from 'node:events'
import { noTelemetry, type Telemetry } from '@kilde/service'
import type { LogReader } from '../access-log/access-log.js'
import { type Sight, sightOf } from '../access-log/sight.js'
import { withAccessLog } from '../access-log/sources.js'
import { OrganizationError } from '../errors.js'
import type { AskedField, AskedOfSeveral, FoundField, Sources } from '../question/fields/field.js'
import { acrossNumbers } from '../sources/across-numbers.js'
import { restrict } from '../sources/restrict.js'
import type { Permitted, Read } from './stage.js'

const DEFAULT_DEADLINE_MS = 10_000

/**
 * Reads what was asked for, as far as policy opened it, and of each row only the selected elements. Ends when the caller's
 * time is over.
 * @throws OrganizationError `SOURCE_FAILED`, `SOURCE_INVALID`
 */
export function createRead(
  source: Sources,
  organization: string,
  telemetry: Telemetry = noTelemetry,
): (request: Permitted) => Promise<Read> {
  return async (request) => {
    const { asked, deadlineMs = DEFAULT_DEADLINE_MS } = request.question
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), request.signal])
    // Every list waits for it, and a chart of everything has more than Node takes for a leak.
    setMaxListeners(0, signal)
    const { followed } = request.person
    const whole = withAccessLog(acrossNumbers(source, followed), {
      accesses: (question, own, end) =>
        source.accesses({ ...question, formerly: followed.slice(1) }, own, end),
    })
    const sight = sightOf({
      ...{ source: whole, organization },
      reader: readerOf(request),
      openings: request.openings,
      patient: request.question.patient,
    })
    try {
      const read = [...asked].map(
        async ([name, field]) =>
          [name, await readAny(field, whole, request, sight, signal)] as const,
      )
      return { ...request, found: new Map(await Promise.all(read)) }
    } catch (cause) {
      if (cause instanceof OrganizationError) throw cause
      throw new OrganizationError('SOURCE_FAILED', { cause })
    }
  }

  async function readAny(
    field: AskedField | AskedOfSeveral,
    whole: Sources,
    request: Permitted,
    sight: Sight,
    signal: AbortSignal,
  ): Promise<FoundField> {
    if (!('of' in field)) return readField(field, whole, request, sight, signal)
    const open = field.of.filter(({ dataClass }) => request.openings.has(dataClass))
    const found = open.map(
      async (one) => [one.dataClass, await readField(one, whole, request, sight, signal)] as const,
    )
    return field.join(new Map(await Promise.all(found)))
  }

  async function readField(
    field: AskedField,
    whole: Sources,
    request: Permitted,
    sight: Sight,
    signal: AbortSignal,
  ): Promise<FoundField> {
    const opening = request.openings.get(field.dataClass)
    if (!opening) throw new TypeError(`no decision on ${field.dataClass}`)
    const restricted = restrict(whole, opening, organization)
    const found = await telemetry.span('node.source', () => {
      telemetry.note({ 'kilde.class': field.dataClass })
      return field.read(withAccessLog(restricted.source, whole), signal, sight)
    })
    const withheld = restricted.withheld()
    const { leftOut, withoutPlaces } = opening
    const { linkUnknown } = request.person
    return {
      known: found.known,
      part: (context) => {
        const part = found.part({ ...context, withheld, leftOut, withoutPlaces, linkUnknown })
        return {
          ...part,
          isPartial: (edges) => linkUnknown || withheld !== 'NONE' || part.isPartial(edges),
        }
      },
    }
  }
}

const readerOf = ({ caller }: Permitted): LogReader =>
  caller.kind === 'citizen' && caller.purpose === 'PATRQT' ? 'SELF' : 'REPRESENTATIVE'
