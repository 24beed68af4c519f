import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import type { Example } from '../src/settings.js'
import { tabOf } from './storage.js'

/** A pane that lists the examples, for those whose tab was closed or changed. */
export function examplesPlugin(examples: readonly Example[]): GraphiQLPlugin {
  return { title: 'Examples', icon: Icon, content: () => <Examples examples={examples} /> }
}

function Examples({ examples }: { readonly examples: readonly Example[] }) {
  const actions = useGraphiQLActions()
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
    queryEditor,
    variableEditor,
  }))
  const open = (example: Example): void => {
    const tab = tabOf(example)
    actions.addTab()
    queryEditor?.setValue(tab?.query ?? '')
    variableEditor?.setValue(tab?.variables ?? '')
  }
  return (
    <section className="examples" aria-label="Examples">
      <h2>Examples</h2>
      <p>Each opens in a new tab, with the variables of a made-up patient.</p>
      <ul>
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01" strokeLinecap="round" />
    </svg>
  )
}
