import type { Validity } from './types.js'

/** Whether something holds at an instant (epoch milliseconds). */
export const inForce = ({ from, until }: Validity, atMs: number): boolean =>
  Date.parse(from) <= atMs && (until === undefined || atMs < Date.parse(until))
