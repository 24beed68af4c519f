import type { Change, Ledger } from '../settings/ledger.js'
import { nextMark, type Store } from '../store/store.js'
import type { Kept, Noted } from './stage.js'

/** Makes the change durable, then what everybody goes by. @throws PrivacyError `PRIVACY_NOT_SAVED` */
export function createKeep(store: Pick<Store, 'append'>, ledger: Ledger) {
  return async (noted: Noted): Promise<Kept> => {
    const before = ledger.mark
    let mark = before
    const changes: Change[] = noted.writes.map((statement) => {
      mark = nextMark(mark, `${statement.id} ${statement.liftedAt ?? ''}`)
      return { mark, person: noted.person, statement }
    })
    await store.append(changes)
    for (const change of changes) ledger.apply(change)
    return { ...noted, before, mark }
  }
}
