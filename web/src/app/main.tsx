/** The page's entry: look, language, state, then the first render. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../ui/tokens.css'
import '../ui/base.css'
import { followLook } from '../features/settings/look'
import { startLanguage } from '../i18n'
import { startState } from '../state'
import { App } from './app'
import './print.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

followLook()
await startLanguage()
startState()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
