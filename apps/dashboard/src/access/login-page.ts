/** The one page without a login: a field for the key, no script, nothing from elsewhere. */
export function loginPage(outcome?: 'refused'): string {
  const refused =
    outcome === 'refused'
      ? '<p class="refused" role="alert">This key is unknown, expired or revoked.</p>'
      : '';
  return plainPage(
    'log in',
    `<h1>${mark}Dripfleet</h1>
      ${refused}
      <form method="post" action="/login">
        <label for="key">API key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" autofocus required />
        <button>Log in</button>
      </form>
      <p>An administrator makes one: <code>dripfleet key add NAME --role viewer</code></p>`,
  );
}

/** A page of a few lines; `content` is HTML. */
export function plainPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Dripfleet · ${title}</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" />
    <link rel="stylesheet" href="/login.css" />
  </head>
  <body>
    <main>
      ${content}
    </main>
  </body>
</html>
`;
}

const cells = 'M1 1h4v4H1zM7 1h4v4H7zM13 1h4v4h-4zM1 7h4v4H1zM13 7h4v4h-4zM1 13h4v4H1zM7 13h4v4H7z';
const drawing = `<path fill="#2f9e63" d="${cells}"/><path fill="#b97a0a" d="M7 7h4v4H7z"/><circle fill="#3d77d4" cx="15" cy="15" r="2"/>`;
const mark = `<svg viewBox="0 0 18 18" aria-hidden="true">${drawing}</svg>`;
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">${drawing}</svg>`;

/** The colours are those of the fleet page. */
export const loginStyle = `:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --card: #fff; --line: #c8d0d7; --text: #1c242b; --muted: #5d6974;
  --accent: #14687a; --accent-text: #fff; --problem: #cf2f3a;
  font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1418; --card: #161c22; --line: #3a4651; --text: #e2e8ec; --muted: #94a2ae;
    --accent: #4fb3c6; --accent-text: #08161a; --problem: #f2616b;
  }
}
* { box-sizing: border-box; }
body { display: grid; min-height: 100dvh; margin: 0; padding: 12px; place-items: center; }
main { width: min(400px, 100%); padding: 24px; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
h1 { display: flex; align-items: center; gap: 10px; margin: 0 0 18px; font-size: 20px; }
svg { width: 24px; height: 24px; }
form { display: grid; gap: 6px; }
label { color: var(--muted); font-size: 14px; }
input, button { padding: 9px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: inherit; font: inherit; font-size: 16px; }
button { margin-top: 8px; border-color: var(--accent); background: var(--accent); color: var(--accent-text); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
p { margin: 18px 0 0; color: var(--muted); font-size: 14px; }
.refused { margin: 0 0 16px; padding: 8px 12px; border-left: 4px solid var(--problem); background: var(--ground); color: var(--text); }
code { display: block; font: 13px/1.6 ui-monospace, monospace; }
`;
