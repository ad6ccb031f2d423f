/** What of the process the command line uses. */
export type Runtime = Readonly<{
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** For the audit. */
  actor: string;
  /** From now on Ctrl-C aborts this instead of ending the process. */
  interruptSignal(): AbortSignal;
}>;
