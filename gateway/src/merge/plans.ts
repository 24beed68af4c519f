import type { Variables } from '@kilde/contract'
import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { compileMergePlan, directiveVariables } from './compile-plan.js'
import type { Contract } from './contract.js'
import type { MergePlan } from './merge-plan.js'

/** Plans of the operations seen so far. They hold no patient; an operation that cannot be planned is remembered too. */
export class Plans {
  readonly #contract: Contract
  readonly #documents = new WeakMap<DocumentNode, PlansOfDocument>()

  constructor(contract: Contract) {
    this.#contract = contract
  }

  /** @throws GatewayError `UNSUPPORTED_FETCH` */
  planOf(document: DocumentNode, name: string | undefined, variables: Variables): MergePlan {
    const known = this.#documents.get(document) ?? start(document)
    this.#documents.set(document, known)
    const key = JSON.stringify([name, ...known.names.map((each) => variables[each] === true)])
    const plan = known.plans.get(key) ?? this.#compile(document, name, variables)
    known.plans.set(key, plan)
    if (plan instanceof Error) throw plan
    return plan
  }

  #compile(document: DocumentNode, name: string | undefined, variables: Variables) {
    try {
      return compileMergePlan(this.#contract, document, name, variables)
    } catch (fault) {
      if (!(fault instanceof Error)) throw fault
      // An error keeps alive what it was thrown in, here a request with its patient, until its stack has been written out.
      void fault.stack
      return fault
    }
  }
}

interface PlansOfDocument {
  /** Variables on which the plan depends. */
  readonly names: readonly string[]
  readonly plans: LRUCache<string, MergePlan | Error>
}

/** Of one document, for the values of its directives' variables: their number doubles with each variable. */
const MOST_PLANS = 8

const start = (document: DocumentNode): PlansOfDocument => ({
  names: directiveVariables(document),
  plans: new LRUCache({ max: MOST_PLANS }),
})
