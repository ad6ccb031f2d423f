import { render } from 'preact';
import { App } from './app.tsx';
import { focusSearch } from './header/search.tsx';
import { followAddress } from './page/follow-address.ts';
import { followKeys } from './page/follow-keys.ts';
import { createPage, startPage } from './page/page.ts';

const page = createPage();
followAddress(page);
const root = document.querySelector('#app');
if (root) render(<App page={page} />, root);
followKeys(page, focusSearch);
startPage(page);
