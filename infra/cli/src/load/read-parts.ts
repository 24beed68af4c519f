import { CliError } from '../errors.js'
import type { SourceFile } from './find-files.js'
import { createGathering } from './gathering.js'
import type { Part, Unusable } from './part.js'
import { readResource } from './read-resource.js'
import { readTexts, type SourceText } from './read-texts.js'
import { splitBundle } from './split-bundle.js'

/**
 * Reads files and puts them into requests: Bundles as they are or in parts, single Observations gathered into batches.
 * No more of it is in memory than one file of JSON, or one batch of lines.
 */
export async function* readParts(files: readonly SourceFile[]): AsyncGenerator<Part | Unusable> {
  const gathering = createGathering()
  let bytesBefore = 0
  for (const file of files) {
    for await (const found of textsOrFault(file)) {
      if ('kind' in found) {
        yield found
        continue
      }
      const { text, origin, bytes } = found
      const bytesRead = bytesBefore + bytes
      const resource = readResource(text)
      if (resource.kind === 'unusable') {
        yield { ...resource, origin }
      } else if (resource.kind === 'bundle') {
        const parts = splitBundle(resource.bundle, origin)
        yield* parts.map((part): Part => ({ kind: 'part', ...part, bytesRead }))
      } else {
        if (!gathering.hasRoom(text)) yield gathering.take(bytesRead)
        gathering.add(text, resource.id, origin)
      }
    }
    bytesBefore += file.bytes
  }
  if (!gathering.isEmpty()) yield gathering.take(bytesBefore)
}

/** A file that cannot be read does not keep the others back. */
async function* textsOrFault(file: SourceFile): AsyncGenerator<SourceText | Unusable> {
  try {
    yield* readTexts(file)
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'FILE_UNREADABLE') throw error
    const reason = error.publicText.slice(file.name.length + 1).replace(/\.$/, '')
    yield { kind: 'unusable', code: 'FILE_UNREADABLE', origin: { file: file.name }, reason }
  }
}
