import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Labels
  }
}

export type Labels = Readonly<Record<string, string>>

/** What `kubectl apply -k` of a folder would send: nothing here is patched, so that it is what the files hold. */
export function manifestsOf(folder: string): readonly Manifest[] {
  return filesOf(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}`)
      return document.toJS() as Manifest
    }),
  )
}

/** Every file that a kustomization names, those of folders that it names too. */
export function filesOf(folder: string): readonly string[] {
  const { resources, ...others } = parse(
    readFileSync(join(folder, 'kustomization.yaml'), 'utf8'),
  ) as { readonly resources: readonly string[]; readonly [other: string]: unknown }
  const unknown = Object.keys(others).filter((key) => !['apiVersion', 'kind'].includes(key))
  if (unknown.length > 0) throw new Error(`${folder}: what is ${unknown.join()}?`)
  return resources.flatMap((name) =>
    name.endsWith('.yaml') ? [normalize(join(folder, name))] : filesOf(join(folder, name)),
  )
}

/** Every file of manifests that there is, named or not. */
export const allFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml'))
    .map((name) => join(folder, name))

export const ofKind = <Kind extends Manifest>(all: readonly Manifest[], kind: string): Kind[] =>
  all.filter((one): one is Kind => one.kind === kind)
