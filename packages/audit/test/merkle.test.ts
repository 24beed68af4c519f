import { describe, expect, it } from '@jest/globals'
import { provesConsistency, provesInclusion } from '../src/merkle/check.js'
import { EMPTY_TREE, type Frontier, grow, rootOf } from '../src/merkle/frontier.js'
import { hashLeaf } from '../src/merkle/hash.js'
import { countFor, placeOf } from '../src/merkle/layout.js'
import {
  consistencyProof,
  frontierOf,
  inclusionProof,
  type ReadHashes,
} from '../src/merkle/proofs.js'
import { path, proof, rootFrom, rootsFrom, treeHash } from './rfc6962.js'

const SIZE = 40
const entries = Array.from({ length: SIZE }, (_, n) => Buffer.from(`entry ${n}`))

/** All trees up to SIZE, from one store that was only appended to. */
const stored: Buffer[] = []
const frontiers: Frontier[] = [EMPTY_TREE]
for (const entry of entries) {
  const grown = grow(frontiers.at(-1) ?? EMPTY_TREE, hashLeaf(entry))
  stored.push(...grown.stored)
  frontiers.push(grown.frontier)
}
const read: ReadHashes = async (places) =>
  places.map((place) => stored[place] ?? Buffer.from('nothing there'))
const root = (size: number): Buffer => rootOf(frontiers[size] ?? EMPTY_TREE)
const sizes = Array.from({ length: SIZE + 1 }, (_, size) => size)

/** Vectors of the Certificate Transparency reference implementation. */
const known = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const knownEntries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'))

describe('the tree', () => {
  it('has the roots that the reference implementation of RFC 6962 publishes', () => {
    let frontier = EMPTY_TREE
    const roots = knownEntries.map((entry) => {
      frontier = grow(frontier, hashLeaf(entry)).frontier
      return rootOf(frontier).toString('hex')
    })
    expect(roots).toEqual(known)
    expect(
      knownEntries.map((_, n) => treeHash(knownEntries.slice(0, n + 1)).toString('hex')),
    ).toEqual(known)
  })

  it('has at every size the root that the RFC defines, also when it is taken up again', async () => {
    for (const size of sizes) {
      expect(root(size)).toEqual(treeHash(entries.slice(0, size)))
      expect(await frontierOf(size, read)).toEqual(frontiers[size])
    }
  })

  it('keeps every hash at the place that the layout says', () => {
    expect(stored.length).toBe(countFor(SIZE))
    for (const level of [0, 1, 2, 3]) {
      for (let index = 0; (index + 1) * 2 ** level <= SIZE; index++) {
        const leaves = entries.slice(index * 2 ** level, (index + 1) * 2 ** level)
        expect(stored[placeOf(level, index)]).toEqual(treeHash(leaves))
      }
    }
    // Beyond what 32 bits hold.
    expect(countFor(2 ** 33)).toBe(2 ** 34 - 1)
    expect(placeOf(33, 0)).toBe(2 ** 34 - 2)
  })
})

describe('a proof of inclusion', () => {
  it('is the RFC’s for every leaf of every tree, and leads to the root', async () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const auditPath = await inclusionProof(index, size, read)
        const entry = entries[index] ?? Buffer.alloc(0)
        expect(auditPath).toEqual(path(index, entries.slice(0, size)))
        expect(rootFrom(index, size, entry, auditPath)).toEqual(root(size))
        const leafHash = hashLeaf(entry)
        const claim = {
          leafIndex: index,
          treeSize: size,
          leafHash,
          auditPath,
          rootHash: root(size),
        }
        expect(provesInclusion(claim)).toBe(true)
      }
    }
  })

  it('proves nothing for another leaf, place, size, path or root', async () => {
    const leafHash = hashLeaf(entries[11] ?? Buffer.alloc(0))
    const auditPath = await inclusionProof(11, 37, read)
    const right = { leafIndex: 11, treeSize: 37, leafHash, auditPath, rootHash: root(37) }
    expect(provesInclusion(right)).toBe(true)
    for (const wrong of [
      { leafIndex: 10 },
      { leafIndex: 37 },
      { leafIndex: -1 },
      { treeSize: 32 },
      { treeSize: 11 },
      { leafHash: hashLeaf(Buffer.from('other')) },
      { auditPath: auditPath.slice(1) },
      { auditPath: [...auditPath, root(3)] },
      { auditPath: [...auditPath].reverse() },
      { rootHash: root(36) },
    ]) {
      expect([wrong, provesInclusion({ ...right, ...wrong })]).toEqual([wrong, false])
    }
  })

  it('is not made for a leaf that is not there', async () => {
    await expect(inclusionProof(5, 5, read)).rejects.toThrow('no such leaf')
  })
})

describe('a proof of consistency', () => {
  it('is the RFC’s between every two trees, and leads to both roots', async () => {
    for (const size of sizes) {
      for (let from = 0; from <= size; from++) {
        const hashes = await consistencyProof(from, size, read)
        const claim = { fromSize: from, fromRoot: root(from), treeSize: size, rootHash: root(size) }
        expect(provesConsistency({ ...claim, path: hashes })).toBe(true)
        if (from === 0) continue
        expect(hashes).toEqual(proof(from, entries.slice(0, size)))
        expect(rootsFrom(from, size, root(from), hashes)).toEqual([root(from), root(size)])
      }
    }
  })

  it('proves nothing between trees of which one was changed', async () => {
    const hashes = await consistencyProof(13, 37, read)
    const right = {
      fromSize: 13,
      fromRoot: root(13),
      treeSize: 37,
      rootHash: root(37),
      path: hashes,
    }
    expect(provesConsistency(right)).toBe(true)
    for (const wrong of [
      { fromRoot: root(12) },
      { rootHash: root(36) },
      { fromSize: 12 },
      { fromSize: 38 },
      { treeSize: 32 },
      { path: hashes.slice(1) },
      { path: [] },
      { path: [...hashes, root(2)] },
      { fromSize: 0 },
    ]) {
      expect([wrong, provesConsistency({ ...right, ...wrong })]).toEqual([wrong, false])
    }
    await expect(consistencyProof(38, 37, read)).rejects.toThrow('no such tree')
  })
})
