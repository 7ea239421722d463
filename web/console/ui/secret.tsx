import { useState } from 'react';

/** A secret that is told once: it is gone with the dialog. */
export function Secret({ what, text }: { what: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="notice good secret" role="status">
      <p>This is {what}. It is told once, and kept nowhere in the clear: take it now.</p>
      <p className="actions">
        <code>{text}</code>
        <button type="button" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      </p>
    </div>
  );
}
