/**
 * Small buffers are cut from one slab after the other, and a slab is not emptied when it is taken: replaces the present one
 * by one that is overwritten from end to end.
 */
export function overwritePool(): void {
  const piece = 512
  for (let cut = 0; cut < 2 * Buffer.poolSize; cut += piece) Buffer.allocUnsafe(piece).fill(0)
}
