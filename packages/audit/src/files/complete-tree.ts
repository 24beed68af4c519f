import { AuditError } from '../errors.js'
import { placeLine } from '../line.js'
import { type Frontier, grow, rootOf } from '../merkle/frontier.js'
import { frontierOf } from '../merkle/proofs.js'
import { readTreeHead } from '../tree-head.js'
import type { IndexMaker } from './build-index.js'
import { linesFrom } from './read.js'
import type { TreeFile } from './tree-file.js'
import { newestTreeHead } from './tree-heads.js'

/** Leaves written at once while a tree is made again. */
const CHUNK = 4_096

/**
 * The tree's hashes up to record `last`, made again from the segments from the newest signed tree head on: what lies before
 * that was made durable with it, what lies behind may have been lost with the power.
 * @throws AuditError `AUDIT_LOG_DAMAGED` where the segments do not give the root that was signed
 */
export async function completeTree(
  directory: string,
  tree: TreeFile,
  last: number,
  { keys }: IndexMaker,
): Promise<Frontier> {
  const jws = await newestTreeHead(directory)
  const newest = jws === undefined ? undefined : readTreeHead(jws, keys.published)
  if (newest && newest.treeSize > last) throw damaged(`ends after record ${last}`)
  const known = newest && (await frontierOf(newest.treeSize, tree.read))
  if (newest && known && rootText(known) === newest.rootHash)
    return growFrom(directory, tree, known)
  const whole = await growFrom(directory, tree, { size: 0, peaks: [] })
  if (newest && rootText(await frontierOf(newest.treeSize, tree.read)) !== newest.rootHash)
    throw damaged('the records are not those of the newest signed tree head')
  return whole
}

const rootText = (frontier: Frontier): string => rootOf(frontier).toString('base64url')

async function growFrom(directory: string, tree: TreeFile, from: Frontier): Promise<Frontier> {
  await tree.cut(from.size)
  let frontier = from
  let written = from.size
  let waiting: Buffer[] = []
  for await (const bytes of linesFrom(directory, from.size)) {
    const leaf = placeLine(bytes)?.leaf
    if (!leaf) throw damaged(`record ${frontier.size + 1}`)
    const grown = grow(frontier, leaf)
    frontier = grown.frontier
    waiting.push(...grown.stored)
    if (frontier.size - written < CHUNK) continue
    await tree.write(written, waiting)
    ;[written, waiting] = [frontier.size, []]
  }
  await tree.write(written, waiting)
  return frontier
}

const damaged = (detail: string) => new AuditError('AUDIT_LOG_DAMAGED', { detail })
