/** Nothing in it names a person: a keyed digest, and what is sealed with the service's key. */
export interface Tables {
  readonly change: {
    readonly version: number
    readonly tag: string
    readonly person: string
    /** Sealed: who, and the statement as it is after the change. */
    readonly content: string
  }
}
