import { type FormEvent, useState } from 'react';
import icon from '../../shared/icon.svg';
import { signIn, useSession } from '../../shared/session';

export function SignIn() {
  const { refused } = useSession();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const token = text.trim();
    if (token === '') return;
    setBusy(true);
    await signIn(token);
    setBusy(false);
  }

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <p className="brand">
          <img src={icon} alt="" width="28" height="28" />
          rolegraph
        </p>
        <h1>Sign in to the console</h1>
        <label htmlFor="token">Access token or API key</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
          value={text}
          aria-invalid={refused}
          aria-describedby={refused ? 'token-refused token-hint' : 'token-hint'}
          onChange={(event) => setText(event.target.value)}
        />
        {refused && (
          <p id="token-refused" className="notice bad" role="alert">
            The server did not take this token.
          </p>
        )}
        <p id="token-hint" className="hint">
          It is kept in this browser tab only, until you sign out or close it. The server prints a link that signs in when it starts.
        </p>
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
