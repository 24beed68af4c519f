/** Everything that a patient's log tells, in one language. */
export const accessLogQuery = `query AccessLog($identifier: PatientIdentifier!, $first: Int!, $after: Cursor, $language: Language!, $ownLookups: Boolean!) {
  patient(identifier: $identifier) {
    accessLog(first: $first, after: $after, filter: { ownLookups: $ownLookups }) {
      nodes {
        id
        recorded
        text(language: $language)
        outcome
        reason { code text(language: $language) }
        who { kind name role { code text(language: $language) } organization { name } pointOfCare { name } department client }
        onBehalfOf { isPatient organization { name } }
        purpose { code text(language: $language) }
        legalBasis
        decision { id description userSelected attestedAt }
        classes { code text(language: $language) }
        items
        asked { organization { name } status returned }
        recordedBy { organization { name } log }
        trace
        requestId
        receipt { leafIndex treeSize leafHash auditPath rootHash treeHead }
      }
      pageInfo { hasNextPage endCursor }
      complete
      sources { organization { name } status reason withheld asOf }
    }
  }
}
`
