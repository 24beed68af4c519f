import { attestRequest } from '@kilde/identity/sign-in'
import { patients, personas } from '@kilde/people'
import { readmeQuery } from './readme-query.js'

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

const glance = `query AtAGlance($identifier: PatientIdentifier!, $period: PeriodInput!) {
  patient(identifier: $identifier) {
    name { value { text } conflict complete }
    latestObservations(
      codes: ["http://loinc.org|8867-4", "http://loinc.org|2708-6", "http://loinc.org|29463-7"]
    ) {
      items {
        code
        observation { effective kind valueText provenance { source { name } } }
        newerMayExist
      }
      complete
    }
    observationTrend(
      code: "http://loinc.org|29463-7"
      unit: "kg"
      bucket: MONTH
      period: $period
    ) {
      buckets { start count mean minimum maximum standardDeviation }
      complete
      sources { organization { name } status }
    }
  }
}
`

const plans = `query Plans($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    carePlans(filter: { kind: [SELF_TREATMENT], status: [ACTIVE] }) {
      conflict
      nodes {
        title
        zones { level condition action { text } }
        goal { description { text } }
        activity { description codes device { display } scheduledText }
        activeBeside
        provenance { organization { name } version }
      }
      complete
      sources { organization { name } status }
    }
  }
}
`

const questionnaires = `query Questionnaires($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) {
    questionnaireResponses {
      nodes {
        authored
        questionnaire { title }
        source { display }
        score { kind value }
        item { level text answer { text score } }
        provenance { source { name } }
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
export function graphiqlExamples(now = new Date()) {
  const yearAgo = new Date(now.getTime() - 365 * 86_400_000)
  const period = { start: yearAgo.toISOString(), end: now.toISOString() }
  return {
    examples: [
      {
        title: 'Lung function, three organisations',
        query: readmeQuery,
        ...about(patients.copd.identifier),
      },
      { title: 'Newest measurements', query: newest, ...about(patients.diabetes.identifier) },
      {
        title: 'Copies, a correction and a conflict',
        query: copies,
        ...about(patients.copies.identifier),
      },
      {
        title: 'At a glance: name, newest, weight by month',
        query: glance,
        variables: { identifier: patients.copd.identifier, period },
      },
      {
        title: 'Self-treatment plans with zones, two in force',
        query: plans,
        ...about(patients.copd.identifier),
      },
      {
        title: 'Questionnaires with their scores',
        query: questionnaires,
        ...about(patients.copd.identifier),
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
