import { ConfigError, runProcess } from '@dripfleet/runtime';
import { parseOptions, UsageError } from './parse-options.ts';
import { type SimulatorOptions, startSimulator } from './start-simulator.ts';

await runProcess('simulator', async ({ argv, env, onStop, ready }) => {
  const simulator = await startSimulator(readOptions(argv, env));
  onStop('simulator', async () => {
    await simulator.stop();
  });
  ready({ port: simulator.port });
});

function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): SimulatorOptions {
  try {
    return parseOptions(argv, env);
  } catch (error) {
    if (error instanceof UsageError) throw new ConfigError(error.message, { cause: error });
    throw error;
  }
}
