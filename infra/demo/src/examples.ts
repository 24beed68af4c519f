import { attestRequest } from '@kilde/identity/sign-in'
import { patients, personas } from '@kilde/people'

/** The query that the demo prints, for the patient with COPD: five measurements from three organisations. */
export const lungFunction = `query LungFunction($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 5, filter: { codes: ["http://loinc.org|20150-9"] }) {
      nodes {
        effective
        valueText
        provenance { organization { name } }
      }
      complete
      sources { organization { name } status }
    }
  }
}
`

const newest = `query Newest($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(first: 20) {
      complete
      completeness { agreed asked answered failed }
      nodes {
        effective
        kind
        valueText
        interpretation { coding { code } }
        component { kind valueText }
        provenance { organization { name } authorKind }
      }
      sources { organization { name } status returned }
    }
  }
}
`

const copies = `query Copies($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    observations(
      first: 90
      filter: { codes: ["http://loinc.org|29463-7", "http://loinc.org|8867-4"] }
    ) {
      nodes {
        effective
        quantity(unit: "kg") { value unit }
        valueText
        conflict
        provenance { source { name } version superseded }
      }
      complete
    }
  }
}
`

const organizations = `query Organizations {
  organizations { number name kind state }
}
`

const about = (identifier: string) => ({ variables: { identifier } })

/** What GraphiQL offers: a tab for each query, and the attest of everybody who works somewhere. */
export function graphiqlExamples() {
  return {
    examples: [
      {
        title: 'Lung function, three organisations',
        query: lungFunction,
        ...about(patients.copd.identifier),
      },
      { title: 'Newest measurements', query: newest, ...about(patients.diabetes.identifier) },
      {
        title: 'Copies, a correction and a conflict',
        query: copies,
        ...about(patients.copies.identifier),
      },
      { title: 'Organisations', query: organizations },
    ],
    attests: personas.flatMap((persona) => {
      const attest = attestRequest(persona)
      return attest
        ? [{ title: `${persona.name}: ${persona.about}`, authorizationDetails: [attest] }]
        : []
    }),
  }
}
