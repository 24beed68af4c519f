import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AuditError } from '../errors.js'
import { lock } from './lock.js'

export function ownersFolder(directory: string, owner: string): string {
  // It becomes the name of a folder.
  if (!/^(\d{9}|[a-z]{1,32})$/.test(owner)) {
    throw new RangeError(
      'The owner of an audit log is an organisation number or a word in lower case.',
    )
  }
  return join(directory, owner)
}

/** Makes the folder and keeps others from writing in it. @returns release */
export async function usableFolder(directory: string): Promise<() => Promise<void>> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    return await lock(directory)
  } catch (cause) {
    throw cause instanceof AuditError ? cause : new AuditError('AUDIT_UNAVAILABLE', { cause })
  }
}
