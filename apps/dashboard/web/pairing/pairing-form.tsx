import { useState } from 'preact/hooks';
import type { PairingBody } from '../../src/wire.ts';

type PairingFormProps = Readonly<{
  method: PairingBody['method'];
  /** It may have a session that works. */
  mayLose: boolean;
  /** An empty phone: the device's own. */
  onAsk(phone: string): void;
}>;

/** What must be known, or meant, before a device is linked. */
export function PairingForm({ method, mayLose, onAsk }: PairingFormProps) {
  const [phone, setPhone] = useState('');
  const isCode = method === 'code';
  return (
    <form
      method="dialog"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(isCode ? phone.replace(/[^\d+]/g, '') : '');
      }}
    >
      <p>
        {mayLose
          ? 'It may be linked already. A new link ends its session, and what the session remembered is lost. '
          : ''}
        Have its phone at hand.
      </p>
      {isCode && (
        <label>
          The phone’s number
          <input
            type="tel"
            autofocus
            autocomplete="off"
            placeholder="+15550000001; empty: the device’s own"
            value={phone}
            onInput={({ currentTarget }) => setPhone(currentTarget.value)}
          />
        </label>
      )}
      <footer>
        <button type="submit" class="primary">
          {isCode ? 'Get a code' : 'Show the QR'}
        </button>
      </footer>
    </form>
  );
}
