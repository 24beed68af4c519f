import { GraphiQL } from 'graphiql'
import { useMemo, useState, useSyncExternalStore } from 'react'
import { examplesPlugin } from './examples.js'
import { createFetcher } from './fetcher.js'
import type { Page } from './load-page.js'
import { SessionBar } from './session-bar.js'
import { SignInDialog } from './sign-in-dialog.js'
import { createStorage, tabOf } from './storage.js'

export function App({ settings, schema, session }: Page) {
  const state = useSyncExternalStore(session.subscribe, session.state)
  const [asking, setAsking] = useState(false)
  const parts = useMemo(() => partsOf({ settings, schema, session }), [settings, schema, session])
  const problem = state.status === 'signed-out' ? state.problem : undefined
  return (
    <div className="page">
      <header className="top">
        <img src={iconUrl} alt="" width="28" height="28" />
        <h1>Kilde</h1>
        <p className="about">Query page of the gateway</p>
        <SessionBar
          state={state}
          onSignIn={() => setAsking(true)}
          onSignOut={() => void session.signOut()}
        />
      </header>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <main>
        <GraphiQL
          {...parts}
          isHeadersEditorEnabled={false}
          showPersistHeadersSettings={false}
          defaultEditorToolsVisibility="variables"
        >
          <GraphiQL.Logo>
            <span className="credit">GraphiQL</span>
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
      {asking && (
        <SignInDialog
          attests={settings.attests}
          onClose={() => setAsking(false)}
          onSignIn={(details) => void session.signIn(details)}
        />
      )}
    </div>
  )
}

const iconUrl = new URL('./icon.svg', import.meta.url).href

// GraphiQL compares these by identity: new ones on every paint would reset it.
function partsOf({ settings, schema, session }: Page) {
  const storage = createStorage(sessionStorage, settings.examples)
  return {
    schema,
    fetcher: createFetcher(session, settings.graphqlUrl),
    storage,
    onTabChange: storage.keepTabs,
    defaultTabs: settings.examples.flatMap((example) => tabOf(example) ?? []),
    plugins: [examplesPlugin(settings.examples)],
  }
}
