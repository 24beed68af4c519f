import type { HeldClassRow, HeldResource } from './resource-class.js'

/** Labels of a row and of all that it is made of: what is closed in a part closes the row, which would pass for whole without it. */
export function labelsAmong(
  resources: readonly HeldResource[],
): Pick<HeldClassRow, 'labels' | 'openFromMs'> {
  const delayed = resources.filter(({ labels }) => labels.includes('NORU'))
  const dates = delayed.map(({ openFromMs }) => openFromMs ?? Number.POSITIVE_INFINITY)
  const openFromMs = Math.max(...dates)
  return {
    labels: [...new Set(resources.flatMap(({ labels }) => labels))],
    openFromMs: Number.isFinite(openFromMs) ? openFromMs : undefined,
  }
}
