import * as Radix from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** One sentence on what it is for. */
  about: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}

/** A dialog that keeps the focus inside, and gives it back. */
export function Dialog({ title, about, open, onClose, wide = false, children }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="overlay" />
        <Radix.Content className={wide ? 'dialog wide' : 'dialog'}>
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
