import type { Issue } from '../outcome.js'
import { checkInOwnWords, profileOfKind } from './own-words.js'

/** Says of a resource where it does not keep its profiles; `place` is its FHIRPath. */
export type ProfileCheck = (resource: unknown, place: string) => readonly Issue[]

/** What is wrong by one profile, before it is known how serious that is. */
export interface Breach {
  /** FHIRPath below the resource, e.g. `category`; empty for the whole. */
  readonly element: string
  readonly code: Issue['code']
  readonly text: string
}

/** Profiles that were given as StructureDefinitions, by canonical URL. */
export type GivenProfiles = ReadonlyMap<string, (resource: object) => readonly Breach[]>

export interface ProfileCheckOptions {
  readonly mode: 'tolerant' | 'strict'
  /** Absent: none were given. */
  readonly given?: GivenProfiles | undefined
}

/**
 * Checks a resource against each profile that it claims; in strict mode a measurement that claims none against that of its kind.
 * Our own words are checked beside a given profile: the library does not look at fixed units.
 */
export function createProfileCheck({ mode, given }: ProfileCheckOptions): ProfileCheck {
  const severity = mode === 'strict' ? 'error' : 'warning'
  return (resource, place) => {
    if (typeof resource !== 'object' || resource === null) return []
    return profilesOf(resource, mode).flatMap((profile) => {
      const check = given?.get(profile)
      const own = checkInOwnWords(profile, resource)
      if (!check && !own) return given ? [unknownProfile(profile, place)] : []
      const breaches = [...(check?.(resource) ?? []), ...(own ?? [])]
      return withoutSame(breaches).map((breach) => issueOf(breach, { profile, place, severity }))
    })
  }
}

function profilesOf(resource: object, mode: ProfileCheckOptions['mode']): readonly string[] {
  const claimed = claimedBy(resource)
  if (claimed.length > 0 || mode === 'tolerant') return claimed
  const expected = profileOfKind(resource)
  return expected === undefined ? [] : [expected]
}

/** Canonical URLs without their versions. The shape of `meta` has been checked before. */
function claimedBy(resource: object): readonly string[] {
  const { meta } = resource as { readonly meta?: { readonly profile?: readonly unknown[] } }
  const urls = (meta?.profile ?? []).filter((url) => typeof url === 'string')
  return [...new Set(urls.map((url) => url.split('|')[0] ?? url))]
}

/** The library and our own words may find the same; the first says it. */
function withoutSame(breaches: readonly Breach[]): readonly Breach[] {
  const seen = new Set<string>()
  return breaches.filter(({ element }) => !seen.has(element) && seen.add(element))
}

interface Around {
  readonly profile: string
  readonly place: string
  readonly severity: Issue['severity']
}

const issueOf = ({ element, code, text }: Breach, { profile, place, severity }: Around): Issue => ({
  ...{ severity, code, profile },
  text: `${nameOf(profile)}: ${text}`,
  expression: element === '' ? place : `${place}.${element}`,
})

const unknownProfile = (profile: string, place: string): Issue => ({
  ...{ severity: 'information', code: 'not-found', profile },
  text: `${nameOf(profile)} is none of the profiles here: not checked against it`,
  expression: `${place}.meta.profile`,
})

const nameOf = (profile: string): string => profile.slice(profile.lastIndexOf('/') + 1)
