/** The page's entry: look, state, then the first render. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../ui/tokens.css'
import '../ui/base.css'
import '../i18n'
import { followLook } from '../features/settings/look'
import { startState } from '../state'
import { App } from './app'
import './print.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

followLook()
startState()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
