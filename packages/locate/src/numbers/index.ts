export { type AskNumbers, createAskNumbers } from './ask-numbers.js'
export { createFindNumbers, type FindNumbers, type PersonNumbers } from './person-numbers.js'
export { rememberNumbers } from './remember.js'
