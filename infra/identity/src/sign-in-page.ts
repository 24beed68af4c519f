import { type Persona, personas } from '@kilde/people'
import { fits } from './attest.js'
import type { AttestInput } from './attest-input.js'
import { escapeHtml, page } from './html.js'

export interface SignInPageOptions {
  readonly clientName: string
  /** Key of the persona that the client expects: stands first. */
  readonly hint: string | undefined
  /** The attest that the client asks for. */
  readonly attest: AttestInput | undefined
}

/** Lists everybody who can sign in, one button each: works with the keyboard, a screen reader, and without scripts. */
export function signInPage(options: SignInPageOptions): string {
  const listed = personas
    .toSorted((one, other) => Number(other.key === options.hint) - Number(one.key === options.hint))
    .map((persona) => entry(persona, options.attest))
  return page(
    'Who are you?',
    `<p>${escapeHtml(options.clientName)} asks you to sign in. This is a demonstration: nobody here exists, and no
password is needed.</p>
<form method="post">
<ul>
${listed.join('\n')}
</ul>
</form>`,
  )
}

function entry(persona: Persona, attest: AttestInput | undefined): string {
  const note =
    attest && !fits(attest, persona)
      ? '<span class="note"> The attest that was asked for is not this person’s: signing in will be refused.</span>'
      : ''
  return `<li><button type="submit" name="persona" value="${escapeHtml(persona.key)}"><strong>${escapeHtml(persona.name)}</strong>${escapeHtml(persona.about)}${note}</button></li>`
}
