// What others than a node do with policy bundles: make, sign and check them, by the node's own rules.
export { builtInBundle, PolicyBundle } from './bundle.js'
export { type SigningOptions, signBundle } from './sign-bundle.js'
export type { BundleKeys, SignedBundle } from './signed-bundle.js'
export { type TakenBundle, type TakeOptions, takeBundle } from './take-bundle.js'
