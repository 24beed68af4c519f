import { createProfileCheck, type ProfileCheck } from './profile-check.js'
import { readProfiles } from './read-profiles.js'

interface ProfileConfig {
  readonly KILDE_PROFILES?: readonly string[] | undefined
  readonly KILDE_PROFILE_MODE: 'tolerant' | 'strict'
}

/** @throws OrganizationError `PROFILES_UNUSABLE` */
export async function openProfileCheck(config: ProfileConfig): Promise<ProfileCheck> {
  const { KILDE_PROFILES: folders, KILDE_PROFILE_MODE: mode } = config
  if (!folders) return createProfileCheck({ mode })
  const read = readProfiles(folders)
  // A second and 120 MB: only for who has profiles.
  const { openProfiles } = await import('./library.js')
  return createProfileCheck({ mode, given: openProfiles(read) })
}
