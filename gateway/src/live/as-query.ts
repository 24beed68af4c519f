import { type DocumentNode, Kind, OperationTypeNode } from 'graphql'

const queries = new WeakMap<DocumentNode, DocumentNode>()

/**
 * A subscription's document as one of queries: what is new of a patient is asked, checked and merged like what there is. Made once for
 * each document, so that what is kept by documents is kept for it too.
 */
export function asQuery(document: DocumentNode): DocumentNode {
  const known = queries.get(document)
  if (known) return known
  const query: DocumentNode = {
    ...document,
    definitions: document.definitions.map((one) =>
      one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.SUBSCRIPTION
        ? { ...one, operation: OperationTypeNode.QUERY }
        : one,
    ),
  }
  queries.set(document, query)
  return query
}
