export {
  AvailabilityAnswer,
  AvailabilityVariables,
  availabilityOperation,
  availabilityPath,
  type Holds,
} from './availability.js'
export { signEpochs } from './epochs.js'
export { holdingsFaults, LocateError, locateErrors } from './errors.js'
export {
  type EvaluatorOptions,
  evaluateTokens,
  evaluatorAsPerson,
  evaluatorAsSystem,
  fetchEpochs,
  type Outputs,
  type SendToEvaluator,
} from './evaluator.js'
export {
  type Holdings,
  type HoldingsContent,
  keyDigestOf,
  MOST_HOLDINGS_BYTES,
  maySee,
  openHoldings,
  signHoldings,
} from './holdings.js'
export {
  type AskNumbers,
  createAskNumbers,
  createFindNumbers,
  type FindNumbers,
  type PersonNumbers,
  rememberNumbers,
} from './numbers/index.js'
export { blind, evaluate, finalize, generateOprfKey, type OprfKey } from './oprf.js'
export {
  type Epoch,
  type EpochList,
  EvaluationRequest,
  holdingsAudience,
  holdingsPath,
  holdingsScope,
  holdingsStreamPath,
  locatorAudience,
  locatorPaths,
  locatorScope,
  MOST_ELEMENTS,
  MOST_OF_A_PERSON,
} from './protocol.js'
export { inputFor } from './token.js'
export {
  digestOfFilter,
  MOST_WORD_BYTES,
  openWord,
  signWord,
  type Word,
  wordEvent,
} from './word.js'
