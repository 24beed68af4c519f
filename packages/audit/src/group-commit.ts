import type { Logger, PartHealth } from '@kilde/service'
import { AuditError } from './errors.js'
import type { AuditRecord } from './record.js'

export interface GroupCommitOptions {
  /** Resolves when all of these are durable. One batch at a time. */
  readonly write: (records: readonly AuditRecord[]) => Promise<void>
  readonly logger: Logger
  readonly now: () => number
  readonly timeoutMs: number
  readonly retryMs: number
}

/** Most records that wait for the disk at once; more are refused rather than kept in memory. */
const MAX_WAITING = 10_000

interface Waiting {
  readonly record: AuditRecord
  readonly settle: (error?: AuditError) => void
  settled: boolean
}

/** Group commit: what arrives while a batch is being written goes together into the next, and shares its fdatasync. */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  #waiting: Waiting[] = []
  #failure: { readonly sinceMs: number; rejected: number } | undefined
  #working: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #closed = false
  #appended = 0
  #rejected = 0

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  add(record: AuditRecord): Promise<void> {
    if (this.#closed) return this.#refused('closed')
    if (this.#waiting.length >= MAX_WAITING) return this.#refused('too many records wait')
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => this.#fail([waiting], new Error('not durable in time')),
        this.#options.timeoutMs,
      )
      const waiting: Waiting = {
        record,
        settled: false,
        settle(error) {
          clearTimeout(late)
          waiting.settled = true
          if (error) reject(error)
          else resolve()
        },
      }
      this.#waiting.push(waiting)
      this.#wake()
    })
  }

  health(): PartHealth {
    const part = { name: 'audit log', code: 'AUDIT_UNAVAILABLE' } as const
    if (this.#closed) return { ...part, ok: false, note: 'closed' }
    if (this.#failure) return { ...part, ok: false, note: 'cannot be written' }
    return { ...part, ok: true }
  }

  counts(): { readonly appended: number; readonly rejected: number } {
    return { appended: this.#appended, rejected: this.#rejected }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    while (this.#working) await this.#working
  }

  #refused(detail: string): Promise<never> {
    this.#rejected += 1
    return Promise.reject(new AuditError('AUDIT_UNAVAILABLE', { detail }))
  }

  #wake(): void {
    if (!this.#working) this.#run(this.#work())
  }

  #run(work: Promise<void>): void {
    this.#working = work.finally(() => {
      this.#working = undefined
      // Something may have arrived between the last look and the end.
      if (this.#waiting.length > 0) this.#wake()
    })
  }

  async #work(): Promise<void> {
    // Appends of one turn of the event loop belong together.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.filter((waiting) => !waiting.settled)
      this.#waiting = []
      await this.#commit(batch)
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const resumed = this.#failure ? [resumedRecord(this.#failure, this.#options.now())] : []
    const records = [...resumed, ...batch.map((waiting) => waiting.record)]
    if (records.length === 0) return
    try {
      await this.#options.write(records)
    } catch (error) {
      this.#fail(batch, error)
      return
    }
    this.#recovered()
    for (const waiting of batch) {
      if (waiting.settled) continue
      this.#appended += 1
      waiting.settle()
    }
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    const refused = batch.filter((waiting) => !waiting.settled)
    if (!this.#failure)
      this.#options.logger.error({ fault: faultCode(cause) }, 'audit log cannot be written')
    this.#failure ??= { sinceMs: this.#options.now(), rejected: 0 }
    this.#failure.rejected += refused.length
    this.#rejected += refused.length
    for (const waiting of refused) waiting.settle(new AuditError('AUDIT_UNAVAILABLE', { cause }))
    this.#retryLater()
  }

  /** A service that is not ready gets no requests, and so no appends: the log must find out by itself. */
  #retryLater(): void {
    clearTimeout(this.#retry)
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      if (!this.#working) this.#run(this.#commit([]))
    }, this.#options.retryMs)
    this.#retry.unref()
  }

  #recovered(): void {
    if (!this.#failure) return
    clearTimeout(this.#retry)
    this.#failure = undefined
    this.#options.logger.info({}, 'audit log can be written again')
  }
}

function resumedRecord(failure: { sinceMs: number; rejected: number }, nowMs: number): AuditRecord {
  return {
    event: 'AUDIT_RESUMED',
    at: new Date(nowMs).toISOString(),
    since: new Date(failure.sinceMs).toISOString(),
    rejected: failure.rejected,
  }
}

/** The system's code, e.g. `ENOSPC`: messages of the system hold paths. */
function faultCode(cause: unknown): string {
  return (
    (cause as NodeJS.ErrnoException)?.code ?? (cause instanceof Error ? cause.message : 'unknown')
  )
}
