import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditRecord } from '../src/index.js'
import { KEY, OWNER } from './kit.js'

/** Writes a log as format 1 was: lines chained over their bytes, and a head. */
export async function writeFirstFormat(
  directory: string,
  records: readonly AuditRecord[],
): Promise<void> {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', KEY, new Uint8Array(0), `kilde-audit/v1/${OWNER}/${use}`, 32))
  const digest = (data: string): string => createHash('sha256').update(data).digest('base64url')
  let hash = digest('kilde-audit/v1')
  const lines = records.map((record, at) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', derive('record'), nonce)
    cipher.setAAD(Buffer.from(`kilde-audit/v1|${OWNER}|${at + 1}|${hash}`))
    const text = JSON.stringify(record)
    const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    const line = JSON.stringify({ s: at + 1, p: hash, c: sealed.toString('base64url') })
    hash = digest(line)
    return line
  })
  const folder = join(directory, OWNER)
  await mkdir(folder, { mode: 0o700 })
  await writeFile(join(folder, '0000000000000001.jsonl'), `${lines.join('\n')}\n`)
  const said = `${String(records.length).padStart(16, '0')} ${hash}`
  const signature = createHmac('sha256', derive('head')).update(said).digest('base64url')
  await writeFile(join(folder, 'head'), `${said} ${signature}\n`)
}
