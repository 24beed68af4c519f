import { DataFactory, type Quad, Writer } from 'n3'
import { prefixes } from './vocabulary.js'

/** A text in both languages in which the catalogue is read. */
export interface Words {
  readonly nb: string
  readonly en: string
}

export type Value = { readonly iri: string } | { readonly text: string } | Words

/** `dcat:title` as the IRI that it stands for. */
type Term = `${keyof typeof prefixes}:${string}`

/** What is said of one thing: its types, and its properties with one value or several. */
export interface Description {
  readonly iri: string
  readonly types: readonly Term[]
  readonly properties: Readonly<Record<Term, Value | readonly Value[]>>
}

/** The descriptions in Turtle. */
export function turtleOf(descriptions: readonly Description[]): Promise<string> {
  const writer = new Writer({ prefixes })
  for (const description of descriptions) writer.addQuads([...quadsOf(description)])
  return new Promise((resolve, reject) => {
    writer.end((error, text) => (error ? reject(error) : resolve(text)))
  })
}

function* quadsOf({ iri, types, properties }: Description): Generator<Quad> {
  const subject = DataFactory.namedNode(iri)
  for (const type of types)
    yield DataFactory.quad(
      subject,
      DataFactory.namedNode(full('rdf:type')),
      DataFactory.namedNode(full(type)),
    )
  for (const [term, values] of Object.entries(properties)) {
    const predicate = DataFactory.namedNode(full(term as Term))
    for (const value of [values].flat()) {
      for (const object of objectsOf(value)) yield DataFactory.quad(subject, predicate, object)
    }
  }
}

function objectsOf(value: Value) {
  if ('iri' in value) return [DataFactory.namedNode(value.iri)]
  if ('text' in value) return [DataFactory.literal(value.text)]
  return [DataFactory.literal(value.nb, 'nb'), DataFactory.literal(value.en, 'en')]
}

function full(term: Term): string {
  const [prefix = '', name = ''] = term.split(':')
  return `${prefixes[prefix as keyof typeof prefixes]}${name}`
}
