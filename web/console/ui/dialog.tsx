import * as Radix from '@radix-ui/react-dialog';
import { type ReactNode, useRef } from 'react';

interface Props {
  title: string;
  /** One sentence on what it is for. */
  about: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}

/** At the first thing to fill in, where there is one. */
function begin(event: Event): void {
  const first = event.target instanceof Element ? event.target.querySelector<HTMLElement>('input:not(:disabled), select, textarea') : null;
  if (!first) return;
  event.preventDefault();
  first.focus();
}

/** A dialog that keeps the focus inside, and gives it back to what opened it; to the page where that is gone. */
export function Dialog({ title, about, open, onClose, wide = false, children }: Props) {
  const opener = useRef<Element | null>(null);
  const giveBack = (event: Event) => {
    event.preventDefault();
    const before = opener.current instanceof HTMLElement && opener.current.isConnected ? opener.current : null;
    (before === document.body || before === null ? document.getElementById('content') : before)?.focus({ preventScroll: true });
  };
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content
          className={wide ? 'dialog wide' : 'dialog'}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement;
            begin(event);
          }}
          onCloseAutoFocus={giveBack}
        >
          <header>
            <Radix.Title>{title}</Radix.Title>
            <Radix.Close className="quiet" aria-label="Close">
              ×
            </Radix.Close>
          </header>
          <Radix.Description className="hint">{about}</Radix.Description>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
