import type { PageSigner } from '@kilde/trust/context'
import { jsonReply } from '../http/reply.js'
import type { Audited, Reply } from './stage.js'

/** Header of the organisation's signature over the answer (docs/signed-requests.md). */
const PAGE_SIGNATURE = 'kilde-page-signature'

/**
 * Nothing of a patient leaves but here, and here comes only what is on the record. An answer to a request that its requester
 * signed is signed too, so that nobody on its way alters it unseen.
 */
export function createRespond(signPage: PageSigner | undefined): (request: Audited) => Reply {
  return ({ text, signed }) => {
    const reply = jsonReply(200, text)
    if (!signPage || !signed) return reply
    const signature = signPage(Buffer.from(text), signed.id)
    return { ...reply, headers: { ...reply.headers, [PAGE_SIGNATURE]: signature } }
  }
}
