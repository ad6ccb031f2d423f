import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

type ModalProps = Readonly<{
  title: ComponentChildren;
  onClose(): void;
  children: ComponentChildren;
  class?: string;
}>;

/**
 * A dialog in front of everything. The browser's own: it keeps the focus inside, gives it back in the end, hides the
 * rest from screen readers and closes on Esc.
 */
export function Modal({ title, onClose, children, class: extra = '' }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal ${extra}`}
      aria-labelledby={titleId}
      onClose={({ currentTarget }) => currentTarget.isConnected && onClose()}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        <CloseButton onClose={onClose} />
      </header>
      {children}
    </dialog>
  );
}

export function CloseButton({ onClose }: Readonly<{ onClose(): void }>) {
  return (
    <button
      type="button"
      class="plain close"
      aria-label="Close"
      title="Close (Esc)"
      onClick={onClose}
    >
      ✕
    </button>
  );
}
