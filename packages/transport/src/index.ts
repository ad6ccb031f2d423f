export {
  ConnectError,
  type Gate,
  type OutboundMessage,
  type Session,
  type SessionEnd,
  type SessionEvents,
  type SessionRequest,
  type Transport,
  type TransportTimings,
} from './session.ts';
export { simulatedTransport } from './simulated/simulated-transport.ts';
