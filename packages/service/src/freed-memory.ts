/**
 * `GLIBC_TUNABLES` of a process whose memory must not keep what it gave back: the C library overwrites it then, also the
 * small pieces that it otherwise holds ready for each thread. It reads this at its start only. docs/decisions/0014 has why.
 */
export const OVERWRITE_FREED = 'glibc.malloc.perturb=85:glibc.malloc.tcache_count=0'

/** Whether a process with this environment overwrites memory that it gives back. */
export function overwritesFreed(env: Readonly<Record<string, string | undefined>>): boolean {
  const tunables = (env['GLIBC_TUNABLES'] ?? '').split(':')
  return OVERWRITE_FREED.split(':').every((tunable) => tunables.includes(tunable))
}
