import { X509Certificate } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile, statfs } from 'node:fs/promises'
import type { TlsFiles } from '../tls.js'
import { type Finding, type Watch, watchPart } from './watch.js'

const DAY_MS = 86_400_000
const SOON_MS = 14 * DAY_MS

/** The certificate that the service shows to others. */
export function watchCertificate({ certificatePath }: TlsFiles, now: () => number): Watch {
  return watchPart({
    name: 'certificate',
    code: 'CERTIFICATE_ENDED',
    everyMs: 10_000,
    async check() {
      const { validTo } = new X509Certificate(await readFile(certificatePath))
      const leftMs = Date.parse(validTo) - now()
      if (leftMs <= 0) return { code: 'CERTIFICATE_ENDED', note: 'it is past its time' }
      if (leftMs > SOON_MS) return undefined
      const note = `it ends in ${Math.floor(leftMs / DAY_MS)} days`
      return { code: 'CERTIFICATE_ENDS_SOON', note, warning: true }
    },
  })
}

/** The folder of an access log. One that is not there yet is made with the first record. */
export function watchFolder(folder: string, leastBytes: number): Watch {
  return watchPart({
    name: 'audit folder',
    code: 'AUDIT_UNAVAILABLE',
    async check() {
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch(unlessMissing)
      const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: 0, bsize: 0 }))
      if (bsize === 0 || bavail * bsize >= leastBytes) return undefined
      const note = `${Math.floor((bavail * bsize) / 1_048_576)} MiB are left`
      return { code: 'DISK_NEARLY_FULL', note, warning: true }
    },
  })
}

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

export interface WatchIdentityOptions {
  readonly issuer: string
  /** Difference of clocks that is still tolerated (milliseconds). */
  readonly clockMs: number
  readonly now: () => number
}

/** Whether the identity service answers, and what time it has. Tokens that are there, and keys that are known, last a while without it. */
export function watchIdentity({ issuer, clockMs, now }: WatchIdentityOptions): Watch {
  return watchPart({
    name: 'identity',
    code: 'IDENTITY_UNREACHABLE',
    warning: true,
    everyMs: 5_000,
    async check(signal) {
      const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      const askedMs = now()
      const response = await fetch(url, { signal, redirect: 'error' })
      const answeredMs = now()
      await response.body?.cancel()
      if (!response.ok) throw new Error('no metadata')
      return clockFinding(response.headers.get('date'), { askedMs, answeredMs, clockMs })
    },
  })
}

interface Asked {
  readonly askedMs: number
  readonly answeredMs: number
  readonly clockMs: number
}

/** How far a clock is from the `Date` of an answer, which tells whole seconds, cut off. */
export function clockFinding(
  date: string | null,
  { askedMs, answeredMs, clockMs }: Asked,
): Finding {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return undefined
  const ahead = askedMs - (theirs + 1_000)
  const behind = theirs - answeredMs
  const offMs = Math.max(ahead, behind)
  if (offMs <= clockMs) return undefined
  const side = ahead > behind ? 'ahead of' : 'behind'
  const note = `this clock is at least ${Math.floor(offMs / 1000)} s ${side} that of the identity service`
  return { code: 'CLOCK_OFF', note, warning: true }
}
