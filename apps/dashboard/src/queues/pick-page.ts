import { plainPage } from '../access/login-page.ts';
import { queuesShown } from './queue-scope.ts';

/** Chooses which queues the board shows; no script. */
export function pickPage(): string {
  return plainPage(
    'find a queue',
    `<h1>Find a queue</h1>
      <form action="/queues/search">
        <label for="text">Name of a device, or a label such as team=br</label>
        <input id="text" name="text" autocomplete="off" autofocus required maxlength="100" />
        <button>Show</button>
      </form>
      <p><a href="/queues/view?scope=hot">The busiest ${queuesShown}</a> · <a href="/">Fleet</a></p>`,
  );
}
