export type ServerOptions = Readonly<{
  env: NodeJS.ProcessEnv;
  /** One line per step that takes time. */
  say(line: string): void;
  /** It ended, and nobody had struck it. */
  onFailure(error: Error): void;
}>;
