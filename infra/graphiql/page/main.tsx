import { createRoot } from 'react-dom/client'
import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './style.css'
import { App } from './app.js'
import { Failure } from './failure.js'
import { loadPage } from './load-page.js'

const element = document.getElementById('root')
if (element === null) throw new Error('the page has no root')
const root = createRoot(element)

loadPage().then(
  (page) => root.render(<App {...page} />),
  (problem: unknown) => root.render(<Failure problem={problem} />),
)
