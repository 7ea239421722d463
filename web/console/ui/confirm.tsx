import { type ReactNode, useState } from 'react';
import type { Problem } from '../lib/problems';
import { Dialog } from './dialog';
import { Problems } from './states';

interface Props {
  /** What the button says. */
  label: string;
  title: string;
  about: string;
  /** The note is asked for, not only offered. */
  needsNote?: boolean;
  /** False where the history has no room for a note. */
  noted?: boolean;
  danger?: boolean;
  disabled?: boolean;
  children?: ReactNode;
  /** Does it; what it answers is shown in the dialog, which closes when that is nothing. */
  run: (note: string | null) => Promise<Problem[]>;
}

/** A button that asks once more, with room for a note that goes into the history. */
export function Confirm({ label, title, about, needsNote = false, noted = true, danger = false, disabled = false, children, run }: Props) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problem[]>([]);

  async function confirm(): Promise<void> {
    setBusy(true);
    const found = await run(note.trim() || null);
    setBusy(false);
    setProblems(found);
    if (found.length > 0) return;
    setOpen(false);
    setNote('');
  }

  return (
    <>
      <button type="button" disabled={disabled} className={danger ? 'danger' : ''} onClick={() => setOpen(true)}>
        {label}
      </button>
      <Dialog title={title} about={about} open={open} onClose={() => setOpen(false)}>
        {children}
        {noted && (
          <label className="field">
            <span>Note for the history{needsNote ? '' : ' (optional)'}</span>
            <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
          </label>
        )}
        <Problems all={problems} />
        <footer>
          <button type="button" onClick={() => setOpen(false)}>
            Cancel
          </button>
          <button
            type="button"
            className={danger ? 'danger solid' : 'primary'}
            disabled={busy || (needsNote && note.trim() === '')}
            onClick={() => void confirm()}
          >
            {busy ? 'Working…' : label}
          </button>
        </footer>
      </Dialog>
    </>
  );
}
