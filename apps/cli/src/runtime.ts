/** What of the process the command line uses. */
export type Runtime = Readonly<{
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** For the audit. */
  actor: string;
  /** From now on Ctrl-C, SIGTERM and the end of the terminal abort this instead of ending the process. */
  interruptSignal(): AbortSignal;
}>;
