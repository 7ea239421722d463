import { Button, Dialog } from '@graphiql/react';
import { type FormEvent, useEffect, useState } from 'react';
import { signIn, signOut, useSession } from '../shared/session';

/** Who is signed in, and the way in or out. */
export function SignIn() {
  const { token, name, refused } = useSession();
  const [open, setOpen] = useState(false);
  // A token from the address that the server does not take: say so, and ask for another.
  useEffect(() => {
    if (refused) setOpen(true);
  }, [refused]);

  return (
    <>
      {token === null ? (
        <Button type="button" className="session-button" onClick={() => setOpen(true)}>
          Sign in
        </Button>
      ) : (
        <>
          <span className="session-name" role="status">
            {name ?? 'signed in'}
          </span>
          <Button type="button" className="session-button" onClick={signOut}>
            Sign out
          </Button>
        </>
      )}
      <Dialog open={open} onOpenChange={setOpen}>
        <TokenForm refused={refused} onSignedIn={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function TokenForm({ refused, onSignedIn }: { refused: boolean; onSignedIn: () => void }) {
  const [text, setText] = useState('');

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const token = text.trim();
    if (token !== '' && (await signIn(token))) onSignedIn();
  }

  return (
    <form className="token-form" onSubmit={(event) => void submit(event)}>
      <div className="graphiql-dialog-header">
        <Dialog.Title className="graphiql-dialog-title">Sign in</Dialog.Title>
        <Dialog.Close />
      </div>
      <div className="token-form-body">
        <Dialog.Description>
          Reading published jobs and all occupations needs no token. Changing something does.
        </Dialog.Description>
        <label htmlFor="token">Access token</label>
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
          <p id="token-refused" role="alert">
            The server did not take this token.
          </p>
        )}
        <p id="token-hint">
          It is kept in this browser tab only, until you sign out or close it. An address that ends in{' '}
          <code>#token=…</code> signs in too.
        </p>
        <Button type="submit" className="token-form-submit">
          Sign in
        </Button>
      </div>
    </form>
  );
}
