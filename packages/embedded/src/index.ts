export { EmbeddedError, type EmbeddedErrorCode } from './embedded-error.ts';
export { startEmbedded, type EmbeddedOptions, type EmbeddedServers } from './start-embedded.ts';
