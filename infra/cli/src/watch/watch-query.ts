/** What `kilde watch` follows where no file says otherwise. */
export const watchQuery = `subscription New($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 50) {
      nodes { id effective code { text } valueText provenance { source { name } } }
      complete
      sources { organization { name } status reason withheld }
    }
    alerts(first: 50) {
      nodes { id effective kind state zone provenance { source { name } } }
      complete
      sources { organization { name } status reason withheld }
    }
  }
}
`
