import { setting } from '@kilde/service'
import { z } from 'zod'

const folders = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().min(1)).min(1))

/** Settings of the check against profiles (docs/profiles.md). */
export const profileSettings = {
  KILDE_PROFILES: setting(
    folders.optional(),
    'Folders with FHIR profiles that what comes in is checked against, with commas: StructureDefinitions with snapshots, ValueSets and CodeSystems as JSON, e.g. of VkpObservation and no-basis. Costs about a second at start and 120 MB. Default: the rules of VkpObservation that this version has in words of its own.',
    '/etc/kilde/profiles/vkp-observation,/etc/kilde/profiles/no-basis',
  ),
  KILDE_PROFILE_MODE: setting(
    z.enum(['tolerant', 'strict']).default('tolerant'),
    '`tolerant`: what does not keep a profile that it claims is taken all the same, with a warning that says where. `strict`: it is refused; so is a measurement that claims no profile and does not keep VkpObservation’s of its kind.',
  ),
} as const
