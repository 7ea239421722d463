import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/pages.css';
import './style/edit.css';
import './style/overview.css';
import './style/reviews.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startSession } from '../shared/session';
import { App } from './app';
import { applyTheme } from './lib/theme';

applyTheme();
// Who leaves a page gives up what it was reading. Not every library waits for the word of that: it is no failure.
window.addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof DOMException && event.reason.name === 'AbortError') event.preventDefault();
});
await startSession();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
