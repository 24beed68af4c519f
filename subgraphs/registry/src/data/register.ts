import { type CatalogueContent, type CatalogueState, checkContent } from '@kilde/catalogue'
import type { Logger, PartHealth } from '@kilde/service'
import { RegistryError } from '../errors.js'
import type { ChangeLog } from './change-log.js'
import type { Change, Outcome } from './changes.js'
import type { Store } from './store.js'

interface Applied {
  readonly state: CatalogueState
  readonly changed: boolean
  readonly ended?: Outcome['ended']
}

/** The present state and its changes: one at a time, each checked, logged and durable before anyone learns of it. */
export interface Register {
  current(): CatalogueState
  /**
   * @throws CatalogueError `CATALOGUE_INVALID` where the change would lead to a state that is not valid
   * @throws RegistryError where the change itself cannot be, or could not be saved
   */
  apply(change: Change, client: string): Promise<Applied>
  health(): PartHealth
}

export interface RegisterOptions {
  readonly store: Store
  readonly log: ChangeLog
  readonly logger: Logger
  readonly now: () => number
  /** Followers take no larger state: a change that would make one is refused before it cuts them off. */
  readonly maxStateBytes: number
  /** Tells followers of a new state. The next change waits for it, so that they learn of versions in order. */
  readonly publish: (state: CatalogueState) => Promise<void>
}

export function createRegister(options: RegisterOptions): Register {
  let current = options.store.initial
  let saved = true
  let last: Promise<unknown> = Promise.resolve()

  async function applyNow(change: Change, client: string): Promise<Applied> {
    const { content, ended } = change.apply(contentOf(current))
    checkContent(content)
    requireSize(content, options.maxStateBytes)
    const same = isSame(content, contentOf(current)) && (change.version ?? 0) <= current.version
    if (same) return { state: current, changed: false }
    const state = nextState(content, change)
    await keep(state, { change, client, ended })
    current = state
    options.logger.info(
      { client, action: change.action, version: state.version },
      'registry changed',
    )
    await options.publish(state)
    return ended === undefined ? { state, changed: true } : { state, changed: true, ended }
  }

  function nextState(content: CatalogueContent, change: Change): CatalogueState {
    const version = Math.max(current.version + 1, change.version ?? 0)
    return { version, issuedAt: new Date(options.now()).toISOString(), ...content }
  }

  // The log comes first: a change that was announced and did not happen is better than one that nobody signed for.
  async function keep(
    state: CatalogueState,
    { change, client, ended }: { change: Change; client: string; ended: Outcome['ended'] },
  ): Promise<void> {
    const { action, target, entry } = change
    const { version, issuedAt: at } = state
    try {
      await options.log.append({
        at,
        client,
        action,
        ...(target === undefined ? {} : { target }),
        version,
        ...(entry === undefined ? {} : { entry }),
        ...(ended === undefined ? {} : { ended }),
      })
      await options.store.save(state)
      saved = true
    } catch (cause) {
      saved = false
      const undone = { at, client: 'registry', action: 'not saved', version }
      await options.log.append(undone).catch(() => undefined)
      throw new RegistryError('REGISTRY_NOT_SAVED', { cause })
    }
  }

  return {
    current: () => current,
    apply(change, client) {
      const applied = last.then(() => applyNow(change, client))
      last = applied.catch(() => undefined)
      return applied
    },
    health: () =>
      saved
        ? { name: 'state file', code: 'STATE_NOT_SAVED', ok: true }
        : {
            name: 'state file',
            code: 'STATE_NOT_SAVED',
            ok: false,
            note: 'the last change could not be saved',
          },
  }
}

function contentOf({ organizations, agreements, memberships }: CatalogueState): CatalogueContent {
  return { organizations, agreements, memberships }
}

function requireSize(content: CatalogueContent, most: number): void {
  if (Buffer.byteLength(JSON.stringify(content)) <= most) return
  throw new RegistryError('REGISTRY_TOO_LARGE')
}

function isSame(one: CatalogueContent, other: CatalogueContent): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
