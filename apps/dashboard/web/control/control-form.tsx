import { useState } from 'preact/hooks';
import type { ControlBody } from '../../src/wire.ts';
import { errorText } from '../page/api.ts';
import type { ControlIntent, Page } from '../page/page.ts';
import { controlCommand } from '../parts/cli-command.ts';
import { CommandLine } from '../parts/command-line.tsx';
import { CountField, DurationField, ReasonField } from './control-fields.tsx';
import { ControlScope } from './control-scope.tsx';
import { controlTexts, describeResult } from './control-texts.ts';

type ControlFormProps = Readonly<{ page: Page; intent: ControlIntent; onClose(): void }>;

/** Over so many, their number is typed in: a click too many must not stop a fleet. As on the command line. */
const typedOver = 100;

export function ControlForm({ page, intent, onClose }: ControlFormProps) {
  const { action, devices, isAll } = intent;
  const [reason, setReason] = useState('');
  const [duration, setDuration] = useState('');
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const isReasonNeeded = devices.length > 1 && action !== 'resume';
  const isMeant =
    devices.length <= typedOver || Number(typed.replace(/\D/g, '')) === devices.length;
  const names = devices.map(({ name }) => name);
  const options = { reason: reason.trim(), for: duration };
  const submit = async () => {
    setBusy(true);
    setProblem('');
    try {
      const result = await page.api.control(action, bodyOf(names, options));
      page.notices.tell(describeResult(action, result));
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };
  return (
    <form
      method="dialog"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <p>{controlTexts[action].effect}</p>
      <ControlScope devices={devices} />
      <ReasonField isNeeded={isReasonNeeded} value={reason} onValue={setReason} />
      {action === 'pause' && <DurationField value={duration} onValue={setDuration} />}
      {devices.length > typedOver && (
        <CountField count={devices.length} value={typed} onValue={setTyped} />
      )}
      <CommandLine
        command={controlCommand(
          action,
          isAll ? { kind: 'all' } : { kind: 'names', names },
          options,
        )}
      />
      {problem && (
        <p role="alert" class="problem">
          {problem}
        </p>
      )}
      <footer>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class={`primary ${action}`} disabled={isBusy || !isMeant}>
          {isBusy ? controlTexts[action].underway : controlTexts[action].verb}
        </button>
      </footer>
    </form>
  );
}

function bodyOf(
  names: readonly string[],
  options: Readonly<{ reason: string; for: string }>,
): ControlBody {
  return {
    devices: names,
    ...(options.reason && { reason: options.reason }),
    ...(options.for && { for: options.for }),
  };
}
