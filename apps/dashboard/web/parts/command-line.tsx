import { useRef, useState } from 'preact/hooks';

/** How long the button says so (ms). */
const copiedFor = 2_000;

/** A command to be copied. Long ones are cut off to the eye only. */
export function CommandLine({ command }: Readonly<{ command: string }>) {
  const code = useRef<HTMLElement>(null);
  const [label, setLabel] = useState('Copy');
  const copy = async () => {
    const isCopied = await copyText(command);
    if (!isCopied && code.current) window.getSelection()?.selectAllChildren(code.current);
    setLabel(isCopied ? 'Copied' : 'Press Ctrl+C');
    setTimeout(() => setLabel('Copy'), copiedFor);
  };
  return (
    <div class="command">
      <code ref={code} title={command.length > 300 ? undefined : command}>
        {command}
      </code>
      <button type="button" aria-label="Copy the command" onClick={() => void copy()}>
        <span aria-live="polite">{label}</span>
      </button>
    </div>
  );
}

/** Browsers have no clipboard for pages over plain HTTP from another machine. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
