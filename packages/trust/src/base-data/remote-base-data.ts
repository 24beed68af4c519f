import { createHmac, randomBytes } from 'node:crypto'
import { isSameText } from '@kilde/service'
import { z } from 'zod'
import { TrustError } from '../errors.js'
import { fetchJson } from '../fetch-json.js'
import type { BaseData, HprEntry, OrganizationEntry } from './base-data.js'
import { remember } from './remember.js'

export interface RemoteBaseDataOptions {
  readonly fetch?: typeof globalThis.fetch
  readonly now?: () => number
  /** Whole time for one look-up (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
}

/** What a register said is asked again after 10 minutes, and used for an hour where it does not answer. */
const FRESH_MS = 600_000
const KEEP_MS = 3_600_000

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

const personnelShape = z.object({
  pid: z.string().regex(/^\d{11}$/),
  authorizations: z
    .array(
      z.object({
        code: z.string().min(1).max(10),
        validFrom: instant,
        validTo: instant.optional(),
      }),
    )
    .max(100),
})

const organizationShape = z.object({
  parent: z
    .string()
    .regex(/^\d{9}$/)
    .optional(),
  deleted: instant.optional(),
})

/**
 * Registers behind HTTP: `GET <url>/hpr/<HPR number>` and `GET <url>/organizations/<organisation number>`, JSON, 404 where
 * there is no such number. Nobody's identity number stands in an address, nor is it kept: only a digest with a key of this
 * process. Anything but a clear answer is `BASE_DATA_UNAVAILABLE`.
 */
export function remoteBaseData(url: string, options: RemoteBaseDataOptions = {}): BaseData {
  const { now = Date.now, timeoutMs = 5_000, fetch = globalThis.fetch } = options
  const times = { now, freshForMs: FRESH_MS, keepForMs: KEEP_MS }
  const digest = keyedDigest()
  const look = async <T>(path: string, read: (found: unknown) => T): Promise<T | undefined> => {
    try {
      const found = await fetchJson(`${url}/${path}`, { fetch, timeoutMs, mayBeAbsent: true })
      return found === undefined ? undefined : read(found)
    } catch (cause) {
      // The cause of a faulty entry names its fields; what stands in them could be a person's number.
      throw new TrustError('BASE_DATA_UNAVAILABLE', { detail: nameOf(cause) })
    }
  }
  return {
    findPersonnel: remember(
      (number) => look(`hpr/${encodeURIComponent(number)}`, (found) => personnelOf(found, digest)),
      times,
    ),
    findOrganization: remember(
      (number) => look(`organizations/${encodeURIComponent(number)}`, organizationOf),
      times,
    ),
  }
}

function personnelOf(found: unknown, digest: (pid: string) => string): HprEntry {
  const { pid, authorizations } = personnelShape.parse(found)
  const holder = digest(pid)
  return {
    isHeldBy: (other) => isSameText(digest(other), holder),
    authorizations: authorizations.map(({ code, validFrom, validTo }) => ({
      ...{ code, fromMs: validFrom },
      ...(validTo !== undefined && { untilMs: validTo }),
    })),
  }
}

function organizationOf(found: unknown): OrganizationEntry {
  const { parent, deleted } = organizationShape.parse(found)
  return {
    ...(parent !== undefined && { parent }),
    ...(deleted !== undefined && { endedMs: deleted }),
  }
}

function keyedDigest(): (text: string) => string {
  const key = randomBytes(32)
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}

const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : 'unknown')
