import { phoneOfJid } from '@dripfleet/domain';
import type { Session, SessionRequest, Transport } from '@dripfleet/transport';
import type { CrashSwitch } from './crash-switch.ts';
import type { OpenMessages } from './open-messages.ts';
import type { WriteWatch } from './watch-writes.ts';

type SessionDecoration = Readonly<{ crash: CrashSwitch; open: OpenMessages; writes: WriteWatch }>;

/** A way to the network that can kill its process on the way. */
export function decorateTransport(transport: Transport, decoration: SessionDecoration): Transport {
  const { crash } = decoration;
  return {
    pair: (request, signal) => transport.pair(request, signal),
    open: async (request, signal) => {
      const session = await transport.open(listening(request, crash), signal);
      crash.pass('in_claim_after_connect');
      return decorateSession(session, decoration);
    },
  };
}

function listening(request: SessionRequest, crash: CrashSwitch): SessionRequest {
  const { events } = request;
  return {
    ...request,
    events: {
      ...events,
      onInbound: (message) => {
        crash.pass('in_inbound');
        return events.onInbound(message);
      },
    },
  };
}

function decorateSession(session: Session, { crash, open, writes }: SessionDecoration): Session {
  return {
    ...session,
    send: async (message, gate) => {
      const phone = phoneOfJid(message.toJid);
      const inRecovery = open.hasMessage(message.messageId);
      // Frames that follow while its answer is awaited ask its gate, too.
      let isWritten = false;
      const hit = {
        before: () => {
          isWritten = true;
          crash.pass('before_write', phone);
        },
        after: () => crash.pass(inRecovery ? 'in_recovery_after_write' : 'after_write', phone),
      };
      const result = await session.send(message, () => {
        const refusal = gate();
        if (refusal === undefined && !isWritten) writes.expect(hit);
        return refusal;
      });
      if (result.kind === 'accepted') crash.pass('after_ack', phone);
      return result;
    },
    close: async () => {
      crash.pass('in_handoff_before_close');
      await session.close();
    },
  };
}
