import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readKey } from './session/key.ts';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no #root');
}
createRoot(root).render(
  <StrictMode>
    <main>
      <h1>Tilth</h1>
      <p>{readKey(window) === undefined ? 'Open this page with your key.' : 'Your key is known to this tab.'}</p>
    </main>
  </StrictMode>,
);
