import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@kilde/service'
import { type AuditLogOptions, type AuditRecord, openAuditLog, readAuditLog } from '../src/index.js'

export const OWNER = '310000108'
export const KEY = new Uint8Array(32).fill(7)

export async function withFolder(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-audit-'))
  try {
    await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export const open = (directory: string, more: Partial<AuditLogOptions> = {}) =>
  openAuditLog({ directory, owner: OWNER, key: KEY, logger: silentLogger, ...more })

export function aRead(requestId: string, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    event: 'PATIENT_DATA_READ',
    at: '2026-03-14T07:31:00.000Z',
    requestId,
    requester: {
      kind: 'professional',
      pid: '04918825601',
      name: 'Siri Sykepleier',
      organization: OWNER,
      clientId: 'kilde-cli',
    },
    patient: 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489',
    purpose: 'TREAT',
    classes: ['Observation'],
    items: ['310000108.1', '310000108.2'],
    outcome: 'SUCCESS',
    ...more,
  } as AuditRecord
}

export async function allOf(
  directory: string,
  key = KEY,
  owner = OWNER,
): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of readAuditLog({ directory, owner, key })) records.push(record)
  return records
}

export async function requestIds(directory: string): Promise<readonly string[]> {
  return (await allOf(directory)).map((record) =>
    'requestId' in record ? record.requestId : record.event,
  )
}

export async function segmentPaths(directory: string): Promise<readonly string[]> {
  const names = await readdir(join(directory, OWNER))
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(directory, OWNER, name))
}

export async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n')
}
