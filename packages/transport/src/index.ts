export {
  ConnectError,
  type ConnectErrorCode,
  type CredentialChange,
  type Gate,
  type InboundMessage,
  type OutboundMessage,
  type PairingChallenge,
  type PairingRequest,
  type Session,
  type SessionCredentials,
  type SessionEnd,
  type SessionEvents,
  type SessionRequest,
  type Taken,
  type Transport,
  type TransportTimings,
} from './session.ts';
export { type BaileysOptions, baileysTransport } from './baileys/baileys-transport.ts';
export { type MediaLimits, mediaLimits } from './baileys/media/media-files.ts';
export { simulatedTransport } from './simulated/simulated-transport.ts';
