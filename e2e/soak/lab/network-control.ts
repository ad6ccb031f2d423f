/** What can be asked of the simulated network. The fields are those of its own control API. */
export class NetworkControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Faults to come; each strikes `times` times. */
  async strike(rules: readonly NetworkRule[]): Promise<void> {
    await this.#call('POST', '/rules', rules);
  }

  async clearRules(): Promise<void> {
    await this.#call('DELETE', '/rules');
  }

  /** A contact writes to a device. */
  async say(words: Readonly<{ from: string; device: string; text: string }>): Promise<void> {
    await this.#call('POST', '/say', words);
  }

  async #call(method: 'POST' | 'DELETE', route: string, body?: unknown): Promise<void> {
    const response = await fetch(`${this.url}${route}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${answer}`);
  }
}

export type NetworkRule = Readonly<{
  on: 'message' | 'login' | 'query' | 'upgrade';
  do: 'drop_before' | 'accept_then_drop' | 'no_ack' | 'delay' | 'nack' | 'close' | 'hang';
  device?: string;
  xmlns?: string;
  code?: number;
  /** ms */
  ms?: number;
  times: number;
}>;
