import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeSystem, FhirResource, StructureDefinition, ValueSet } from 'fhir/r4.js'
import { OrganizationError } from '../../errors.js'

/** What folders of profiles hold. */
export interface ReadProfiles {
  readonly profiles: readonly StructureDefinition[]
  readonly valueSets: readonly ValueSet[]
  readonly codeSystems: readonly CodeSystem[]
}

/** @throws OrganizationError `PROFILES_UNUSABLE` that names the file */
export function readProfiles(folders: readonly string[]): ReadProfiles {
  const resources = folders.flatMap(readFolder)
  const ofType = <T extends FhirResource>(type: T['resourceType']): readonly T[] =>
    resources.flatMap((one) => (one.resourceType === type ? [one as T] : []))
  const profiles = ofType<StructureDefinition>('StructureDefinition').filter(
    ({ derivation }) => derivation === 'constraint',
  )
  if (profiles.length === 0) throw unusable(folders.join(', '), 'no profile is in there')
  for (const { url, snapshot } of profiles) {
    if (!snapshot) throw unusable(url, 'has no snapshot')
  }
  return {
    profiles,
    valueSets: ofType<ValueSet>('ValueSet'),
    codeSystems: ofType<CodeSystem>('CodeSystem'),
  }
}

function readFolder(folder: string): readonly FhirResource[] {
  return namesIn(folder).flatMap((name) => {
    const read = readJson(join(folder, name))
    return isResource(read) ? [read] : []
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith('.json')).sort()
  } catch (cause) {
    throw unusable(folder, 'cannot be read', cause)
  }
}

function readJson(path: string): unknown {
  try {
    // Some tools write a byte order mark, which JSON has not.
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw unusable(path, 'cannot be read as JSON', cause)
  }
}

const isResource = (read: unknown): read is FhirResource =>
  typeof read === 'object' && read !== null && 'resourceType' in read

const unusable = (what: string, why: string, cause?: unknown): OrganizationError =>
  new OrganizationError('PROFILES_UNUSABLE', { detail: `${what} ${why}`, cause })
