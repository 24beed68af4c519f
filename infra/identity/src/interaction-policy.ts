import { interactionPolicy } from 'oidc-provider'

const { Check, Prompt } = interactionPolicy

/** One question, who are you, asked every time. No consent screen: HelseID has none. */
export const signInPolicy = [
  new Prompt(
    { name: 'login', requestable: true },
    new Check('no_session', 'End-User authentication is required', (ctx) =>
      ctx.oidc.session?.accountId ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
    ),
  ),
]
