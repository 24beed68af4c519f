/** `KILDE_SURFACE_SCALE=full` runs the numbers of the reference; otherwise smaller ones, so that all tests take minutes. */
export const scaled = (usual: number, full: number): number =>
  process.env['KILDE_SURFACE_SCALE'] === 'full' ? full : usual
