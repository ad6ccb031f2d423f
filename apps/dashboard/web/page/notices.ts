import { signal } from '@preact/signals';

export type Notice = Readonly<{ id: number; kind: 'done' | 'failed'; text: string }>;

/** How long good news stay (ms); bad news stay until they are put away. */
const stay = 8_000;
const most = 4;

/** What came of what the operator did. */
export class Notices {
  readonly #list = signal<readonly Notice[]>([]);
  #lastId = 0;

  get list(): readonly Notice[] {
    return this.#list.value;
  }

  tell(text: string): void {
    const id = this.#add('done', text);
    setTimeout(() => this.dismiss(id), stay);
  }

  fail(text: string): void {
    this.#add('failed', text);
  }

  dismiss(id: number): void {
    this.#list.value = this.#list.peek().filter((notice) => notice.id !== id);
  }

  #add(kind: Notice['kind'], text: string): number {
    this.#lastId += 1;
    const notice: Notice = { id: this.#lastId, kind, text };
    this.#list.value = [...this.#list.peek(), notice].slice(-most);
    return notice.id;
  }
}
