import { setTimeout as pause } from 'node:timers/promises'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'

/** Tells streams that something may have changed: rows of a patient, or what somebody may see. */
export interface Wakes {
  /** Something of these patients (`system|value`) was taken in. */
  wake(patients: Iterable<string>): void
  /** Something changed that may concern anybody. */
  wakeAll(): void
  /** Listens for a patient. */
  listen(patient: PatientIdentifier): Listening
}

export interface Listening {
  /** Resolves when something may have changed since the last wait, when the time is over, or with the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  leave(): void
}

interface Listener {
  readonly patient: string
  isWoken: boolean
  rouse: AbortController
}

export function createWakes(): Wakes {
  const listeners = new Set<Listener>()
  const rouse = (listener: Listener): void => {
    listener.isWoken = true
    listener.rouse.abort()
  }
  return {
    wake(patients) {
      const woken = new Set(patients)
      for (const listener of listeners) if (woken.has(listener.patient)) rouse(listener)
    },
    wakeAll: () => {
      for (const listener of listeners) rouse(listener)
    },
    listen(patient) {
      const listener: Listener = {
        patient: identifierToken(patient),
        isWoken: false,
        rouse: new AbortController(),
      }
      listeners.add(listener)
      return {
        async wait(ms, signal) {
          if (!listener.isWoken) {
            const until = AbortSignal.any([signal, listener.rouse.signal])
            await pause(ms, undefined, { signal: until }).catch(() => undefined)
          }
          listener.isWoken = false
          listener.rouse = new AbortController()
        },
        leave: () => void listeners.delete(listener),
      }
    },
  }
}
