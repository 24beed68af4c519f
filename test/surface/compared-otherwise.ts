/** Comparisons of what sounds like a secret that are not made in constant time, and why they need not be. */
export interface Reviewed {
  readonly file: string
  /** Each expression as it stands, on one line. */
  readonly texts: readonly string[]
  readonly because: string
}

// Reasons that hold for several.
const TREE =
  'digests of a tree and of its leaves are published with every tree head and proof: nobody has to guess them (RFC 9162 §2.1)'
const WORDS =
  'words of a protocol or of a grammar, which stand in the specification and are the same for everybody'
const OWN =
  'whether it is the very object or text that this process keeps itself; nothing that a sender chose is compared'
const ROW =
  "a digest without a key of a row's own id, both from this organisation's own data: whether the row has a business identifier"
const CODES =
  'tokens `system|code` of code systems, as a FHIR search parameter of type token has them: they stand in the code table'
const FILTER =
  'digests of filters, which the organisation signs and tells every gateway that holds them: which of two is meant, not whether somebody knows one'

/** By file. A place that is not here, and does not call `isSameText`, fails the test beside this; so does one that is gone. */
export const reviewed: readonly Reviewed[] = [
  {
    file: 'gateway/src/apollo/organizations.ts',
    texts: ['written?.state !== state'],
    because: OWN,
  },
  {
    file: 'gateway/src/apollo/patient-entities.ts',
    texts: ['identifierToken(meant) === asked'],
    because:
      "identifiers of a patient whom the requester named: whoever asks knows the one, and a subgraph of the operator's own gives the other",
  },
  {
    file: 'gateway/src/limits.ts',
    texts: ['kind === TokenKind.EOF'],
    because: WORDS,
  },
  {
    file: 'gateway/src/locate/filter-follower.ts',
    texts: ['word?.filters.get(dataClass) === digest'],
    because: FILTER,
  },
  {
    file: 'gateway/src/locate/held-filters.ts',
    texts: ['of(organization, dataClass)?.digest !== digest'],
    because: FILTER,
  },
  {
    file: 'gateway/src/merge/fold-read.ts',
    texts: ['key.p !== patientDigest'],
    because:
      'the digest of the patient in rows of a source that was told the patient: it knows what it is compared with',
  },
  {
    file: 'gateway/src/transport/read-report.ts',
    texts: ['key.p !== expected.patientDigest'],
    because: 'the same digest, in the cursors of rivals',
  },
  {
    file: 'gateway/src/rows/scan-edges.ts',
    texts: ['scanBytes(json, cursor + layout.patient, expected.digest) === FAULT'],
    because:
      'the digest of the patient in rows of a source that was told the patient: it knows what it is compared with',
  },
  {
    file: 'gateway/src/transport/source-client.ts',
    texts: ['line.nonce === before'],
    because:
      'a nonce that the source has just sent in clear, beside the one that it sent before: what is learnt is whether it changed',
  },
  {
    file: 'gateway/src/transport/source-tokens.ts',
    texts: ['known?.token === token', 'before?.digest === digest'],
    because:
      'tokens that this gateway holds itself, and digests of attests in tokens whose signature was verified before',
  },
  {
    file: 'infra/cli/src/conformance/checks/metadata.ts',
    texts: ['challenge.includes(where)'],
    because: WORDS,
  },
  {
    file: 'infra/cli/src/conformance/checks/rows.ts',
    texts: ['digest === key?.c', 'key?.i === identityDigest(text)', 'key?.p === digest'],
    because:
      'a tester compares what a node answered with what it should have answered: it keeps no secret, and nobody times it',
  },
  {
    file: 'infra/cli/src/conformance/tokens.ts',
    texts: ['OF_TOKEN.includes(name)'],
    because: WORDS,
  },
  {
    file: 'infra/cli/src/control/logged-accesses.ts',
    texts: ['before.patient.startsWith(DIGEST)'],
    because:
      "the word that every digest of a patient begins with in a report of the operator's own",
  },
  {
    file: 'infra/cli/src/json-fault.ts',
    texts: [
      "state === (token === '}' ? 'first name' : 'first value')",
      "open.pop() === (token === '}' ? '{' : '[')",
    ],
    because: WORDS,
  },
  {
    file: 'infra/cli/src/run.ts',
    texts: ["['TOKEN_REQUEST_FAILED', 'SIGN_IN_FAILED'].includes(code)"],
    because: WORDS,
  },
  {
    file: 'infra/identity/src/exchange.ts',
    texts: ['type !== tokenExchange.accessToken'],
    because: WORDS,
  },
  {
    file: 'infra/identity/src/token-claims.ts',
    texts: ['ownOfToken.includes(name)'],
    because: WORDS,
  },
  {
    file: 'packages/audit/src/fhir/from-audit-event.ts',
    texts: ['system === systems.patientDigest'],
    because: WORDS,
  },
  {
    file: 'packages/audit/src/files/complete-tree.ts',
    texts: [
      'rootText(known) === newest.rootHash',
      'rootText(await frontierOf(newest.treeSize, tree.read)) !== newest.rootHash',
    ],
    because: TREE,
  },
  {
    file: 'packages/audit/src/line.ts',
    texts: ['before.hash === tip.hash'],
    because: TREE,
  },
  {
    file: 'packages/audit/src/merkle/check.ts',
    texts: ['hash.equals(proof.rootHash)', 'fromRoot.equals(rootHash)', 'after.equals(rootHash)'],
    because: TREE,
  },
  {
    file: 'packages/audit/src/postgres/store.ts',
    texts: ["rootOf(tree).toString('base64url') !== newest.rootHash"],
    because: TREE,
  },
  {
    file: 'packages/audit/src/query.ts',
    texts: ['patientDigestOf(record, digestKey) === patientDigest'],
    because:
      'which records of the own log are about a patient: both digests are made here, with a key that nobody outside holds',
  },
  {
    file: 'packages/audit/src/record.ts',
    texts: ['(record.patient === undefined) !== (record.patientDigest === undefined)'],
    because: 'whether one of two fields is given and the other is not: no value is compared',
  },
  {
    file: 'packages/audit/src/seal.ts',
    texts: ['hashLeaf(entry).equals(leaf)'],
    because: TREE,
  },
  {
    file: 'packages/audit/src/verify.ts',
    texts: [
      "next.value.rootHash !== rootOf(found.tree).toString('base64url')",
      'tip.hash !== head.hash',
    ],
    because: TREE,
  },
  {
    file: 'packages/catalogue/src/holding.ts',
    texts: ['other.digest !== held.digest'],
    because: "digests of the registry's state, which is public and signed",
  },
  {
    file: 'packages/locate/src/numbers/person-numbers.ts',
    texts: ['identifierToken(one) === identifierToken(other)'],
    because:
      'numbers of one patient that base data have told, compared with each other: whoever asks gives none of them',
  },
  {
    file: 'packages/privacy/src/feed/holding.ts',
    texts: ['one.tag === other.tag'],
    because:
      'versions of what a node holds, signed by the privacy service and known to every node that follows it',
  },
  {
    file: 'packages/service/src/health/history.ts',
    texts: ['before?.state === state'],
    because: WORDS,
  },
  {
    file: 'packages/trust/src/challenge.ts',
    texts: ['invalidToken.includes(code)'],
    because: WORDS,
  },
  {
    file: 'packages/trust/src/check-token.ts',
    texts: ['tokenAlgorithms.includes(alg)'],
    because: WORDS,
  },
  {
    file: 'packages/trust/src/context/page-signature.ts',
    texts: ['typ !== pageSignatureType', 'thumbprint(key) === kid'],
    because: 'type of a signature and id of a public key: both are public',
  },
  {
    file: 'packages/trust/src/context/request-signature.ts',
    texts: ["jws.header['typ'] !== requestSignatureType"],
    because: WORDS,
  },
  {
    file: 'packages/trust/src/create-request-verifier.ts',
    texts: ['token.claims.scope.includes(scope)'],
    because: 'scopes are names, and stand in a token whose signature was verified before',
  },
  {
    file: 'packages/trust/src/keep-nonce.ts',
    texts: ['nonce === before'],
    because:
      'a nonce that the server has just sent in clear, beside the one that it sent before: what is learnt is whether it changed',
  },
  {
    file: 'packages/trust/src/read-caller.ts',
    texts: ['token.sub === token.client_id'],
    because: 'both are claims of one token, whose signature was verified before',
  },
  {
    file: 'packages/trust/src/redis-store.ts',
    texts: ['before === digest'],
    because:
      'the digest of the attest that is kept for it, beside that of a token whose signature was verified before',
  },
  {
    file: 'subgraphs/organization/src/holdings/words.ts',
    texts: ['other.get(name) === digest'],
    because: FILTER,
  },
  {
    file: 'subgraphs/organization/src/ingest/oddities.ts',
    texts: ['known.includes(token)'],
    because: CODES,
  },
  {
    file: 'subgraphs/organization/src/ingest/profiles/parts-by-code.ts',
    texts: ['own.includes(token)'],
    because: CODES,
  },
  {
    file: 'subgraphs/organization/src/path/identify.ts',
    texts: ['formerly?.includes(patientDigest(salt, identifierToken(other)))'],
    because:
      'digests under a salt that the sender chose, by which the answer tells whether they fit',
  },
  {
    file: 'subgraphs/organization/src/question/signed/keep-within.ts',
    texts: ['identifierToken(question.patient) !== signed.patient'],
    because:
      'the patient in the question beside the patient in what the requester signed: both come in one request, and neither is a secret from its sender',
  },
  {
    file: 'subgraphs/organization/src/sources/rows/answer.ts',
    texts: ['identity !== identityDigest(id)'],
    because: ROW,
  },
  {
    file: 'subgraphs/organization/src/sources/store/backup/sections.ts',
    texts: ["told.sha256 !== digest.digest('hex')"],
    because:
      'a sum within a backup whose every part was opened with its key before: it finds what was lost, it keeps nobody out',
  },
  {
    file: 'subgraphs/organization/src/sources/store/row.ts',
    texts: ['identity !== identityDigest(id)'],
    because: ROW,
  },
  {
    file: 'subgraphs/privacy/src/distribute/entitled.ts',
    texts: ['sharing(state).includes(claimant.organization)'],
    because: 'organisation numbers, which the registry publishes',
  },
  {
    file: 'subgraphs/privacy/src/settings/ledger.ts',
    texts: ['this.#tags.get(mark.version) !== mark.tag'],
    because: 'versions of what nodes hold, which this service has told every one of them',
  },
  {
    file: 'subgraphs/registry/src/follow/bulletin.ts',
    texts: ['digested?.of !== state', 'last?.of === state'],
    because: OWN,
  },
]
