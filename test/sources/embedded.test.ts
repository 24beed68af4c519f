import { conformance } from './conformance.js'
import { openEmbedded } from './open-embedded.js'

conformance('the embedded store', openEmbedded)
