import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PairingBody } from '../../src/wire.ts';
import type { Page, PageProps } from '../page/page.ts';
import { nameWords } from '../parts/cli-command.ts';
import { CommandLine } from '../parts/command-line.tsx';
import { Modal } from '../parts/modal.tsx';
import { PairingForm } from './pairing-form.tsx';
import { PairingProgress } from './pairing-progress.tsx';
import { PairingWatch } from './pairing-watch.ts';

/** Links a device to its phone. */
export function PairingDialog({ page }: PageProps) {
  const name = page.pairing.value;
  if (name === undefined) return null;
  return (
    <Modal title={`Pair ${name}`} class="pairing" onClose={() => (page.pairing.value = undefined)}>
      <Pairing key={name} page={page} name={name} />
    </Modal>
  );
}

type Method = PairingBody['method'];

const methods: readonly (readonly [Method, string])[] = [
  ['qr', 'QR to scan'],
  ['code', 'Code to type'],
];

function Pairing({ page, name }: Readonly<{ page: Page; name: string }>) {
  const [method, setMethod] = useState<Method>('qr');
  const watch = useMemo(() => new PairingWatch(page.api, name), [page, name]);
  // What works already is not linked anew by a click alone.
  const mayLose = page.fleet.find(name)?.condition !== 'stopped';
  useEffect(() => {
    if (!mayLose) void watch.ask({ method: 'qr' });
    return () => watch.cancel();
  }, [watch]);
  const choose = (chosen: Method) => {
    setMethod(chosen);
    const isAsked = watch.state.kind !== 'idle';
    if (chosen === 'qr' && isAsked) void watch.ask({ method: 'qr' });
    else watch.cancel();
  };
  return (
    <>
      <div role="group" class="tabs" aria-label="How to link it">
        {methods.map(([key, title]) => (
          <button
            key={key}
            type="button"
            aria-pressed={method === key}
            onClick={() => method !== key && choose(key)}
          >
            {title}
          </button>
        ))}
      </div>
      {watch.state.kind === 'idle' ? (
        <PairingForm
          method={method}
          mayLose={mayLose}
          onAsk={(phone) => void watch.ask({ method, ...(phone && { phone }) })}
        />
      ) : (
        <PairingProgress state={watch.state} onAgain={() => choose(method)} />
      )}
      <CommandLine
        command={[
          'dripfleet pair',
          ...(method === 'code' ? ['--code'] : []),
          ...nameWords([name]),
        ].join(' ')}
      />
    </>
  );
}
