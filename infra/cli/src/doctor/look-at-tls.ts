import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { type Finding, finding } from './finding.js'

const WAIT_MS = 5_000
const DAY_MS = 86_400_000
const SOON_DAYS = 14

/** What is wrong with the certificate at an https address; nothing where nobody answers there, which is told elsewhere. */
export async function lookAtTls(where: string, url: string, now: () => number): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(url)
  if (protocol !== 'https:') return []
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({
    host,
    port: Number(port || 443),
    servername: host,
    rejectUnauthorized: false,
  })
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(WAIT_MS) })
    return judge(where, socket, now())
  } catch {
    return []
  } finally {
    socket.destroy()
  }
}

function judge(where: string, socket: TLSSocket, nowMs: number): Finding[] {
  const daysLeft = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - nowMs) / DAY_MS)
  if (daysLeft < 0)
    return [finding('CERTIFICATE_ENDED', { where, what: 'its certificate is past its time' })]
  if (!socket.authorized) {
    const what = `its certificate is not trusted here (${String(socket.authorizationError)})`
    return [finding('TLS_UNTRUSTED', { where, what })]
  }
  if (daysLeft >= SOON_DAYS) return []
  const what = `its certificate ends in ${daysLeft} days`
  return [finding('CERTIFICATE_ENDS_SOON', { where, what, warning: true })]
}
