/** A process that uses the embedded servers, for tests that end it. Tells its parent each step by IPC. */
import { startEmbedded } from '../src/index.ts';

process.on('message', () => {});
const tell = (message: object) => process.send?.(message);
const servers = await startEmbedded({ onProgress: (line) => tell({ progress: line }) });
process.on('SIGINT', () => {
  void servers.stop().then(() => process.exit(0));
});
tell({ ready: servers });
