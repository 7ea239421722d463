import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { Link, useLocation } from 'wouter';
import icon from '../../shared/icon.svg';
import { signOut, useSession } from '../../shared/session';
import { useCan } from '../lib/access';
import { applyTheme, chosenTheme, type Theme } from '../lib/theme';

interface Place {
  to: string;
  label: string;
  /** Who has one of these sees it; nobody needs any where it is empty. */
  scopes: string[];
}

const PLACES: Place[] = [
  { to: '/', label: 'Overview', scopes: [] },
  { to: '/jobs', label: 'Jobs', scopes: [] },
  { to: '/reviews', label: 'SOC review', scopes: ['soc:review'] },
  { to: '/bulk', label: 'Bulk', scopes: ['overrides:write', 'jobs:write', 'soc:review', 'history:read'] },
  { to: '/runs', label: 'Runs', scopes: ['enrichment:run'] },
  { to: '/keys', label: 'Keys', scopes: ['keys:manage'] },
  { to: '/webhooks', label: 'Webhooks', scopes: ['webhooks:manage'] },
];

export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [location]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="side">
        <Link to="/" className="brand">
          <img src={icon} alt="" width="24" height="24" />
          rolegraph
        </Link>
        <Navigation location={location} />
        <Caller />
      </header>
      <main id="content" tabIndex={-1}>
        <Offline />
        {children}
      </main>
    </div>
  );
}

function Navigation({ location }: { location: string }) {
  const can = useCan();
  const shown = PLACES.filter(({ scopes }) => scopes.length === 0 || can(...scopes));
  return (
    <nav aria-label="Pages">
      <ul>
        {shown.map(({ to, label }) => (
          <li key={to}>
            <Link to={to} aria-current={isAt(location, to) ? 'page' : undefined}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isAt(location: string, to: string): boolean {
  return to === '/' ? location === '/' : location === to || location.startsWith(`${to}/`);
}

function Caller() {
  const { name } = useSession();
  return (
    <div className="caller">
      <ThemeChoice />
      <p title="Who is signed in">{name ?? 'Signed in'}</p>
      <button type="button" className="quiet" onClick={signOut}>
        Sign out
      </button>
    </div>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <label className="theme">
      <span>Theme</span>
      <select aria-label="Theme" value={theme} onChange={(event) => choose(event.target.value as Theme)}>
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

function Offline() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <p className="notice warn" role="status">
      This browser is offline. What is shown is as it was last; changes have to wait.
    </p>
  );
}
