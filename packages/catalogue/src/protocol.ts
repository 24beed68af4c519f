import { redactNumbers } from '@kilde/service'
import { z } from 'zod'
import { CatalogueState } from './state.js'

/** What registry, followers and administration agree on. */
export const registryAudience = 'kilde:registry'
export const registryScopes = {
  follow: 'kilde:registry/follow',
  admin: 'kilde:registry/admin',
} as const

export const registryPaths = {
  state: '/state',
  stream: '/state/stream',
  acknowledge: '/state/ack',
  adminState: '/admin/state',
  organization: (number: string) => `/admin/organizations/${number}`,
  agreement: (id: string) => `/admin/agreements/${id}`,
  membership: (number: string) => `/admin/memberships/${number}`,
} as const

/** Kinds of events of the stream: a whole signed state, or the confirmation that it still holds. */
export const streamEvents = { state: 'state', confirmation: 'confirmation' } as const

/** Request header by which a follower tells its {@link FollowerId}, as `<name>;<instance>`. */
export const followerHeader = 'kilde-follower'

/** A process that follows: its name for people, and its instance, so that a new connection replaces its own old one. */
export const FollowerId = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'takes letters, digits and . _ -')
      .refine((name) => redactNumbers(name) === name, 'must not hold a person number'),
    instance: z.uuid(),
  })
  .readonly()
export type FollowerId = z.infer<typeof FollowerId>

/** A follower's word that its next question goes by this version. */
export const Acknowledgement = z
  .object({ instance: z.uuid(), version: z.number().int().min(0) })
  .readonly()

/** What a change did, and who goes by it. */
export const ChangeAnswer = z
  .object({
    version: z.number().int(),
    /** False where everything already was as asked; then the version stays. */
    changed: z.boolean(),
    /** Followers that go by this version, as `<client>/<name>`. */
    acknowledged: z.array(z.string()).readonly(),
    /** Followers that were connected and have not said so in time. Their next question may go by the state before. */
    missing: z.array(z.string()).readonly(),
    /** What a removal ended with it. */
    ended: z
      .object({
        organizations: z.array(z.string()).readonly(),
        agreements: z.array(z.string()).readonly(),
      })
      .readonly()
      .optional(),
  })
  .readonly()
export type ChangeAnswer = z.infer<typeof ChangeAnswer>

export const FollowerStatus = z
  .object({
    name: z.string(),
    /** Version that it acknowledged last; null before its first. */
    version: z.number().int().nullable(),
    connectedAt: z.iso.datetime(),
  })
  .readonly()
export type FollowerStatus = z.infer<typeof FollowerStatus>

/** What `kilde registry list` shows. */
export const RegistryOverview = z
  .object({ state: CatalogueState, followers: z.array(FollowerStatus).readonly() })
  .readonly()
export type RegistryOverview = z.infer<typeof RegistryOverview>
