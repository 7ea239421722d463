import { useEffect, useRef } from 'react';

/** What each key does, as the help tells it. */
export const KEYS: [string, string][] = [
  ['j', 'the next review'],
  ['k', 'the one before'],
  ['1–9', 'choose a candidate'],
  ['a', 'approve what is chosen, and go on'],
  ['r', 'reject, and go on'],
  ['u', 'undo the last decision'],
  ['/', 'look for another code'],
  ['?', 'this help'],
];

const TYPED = 'input:not([type=radio]), textarea, select, [role=dialog]';

/** Keys of the page, but not those that are typed into something. */
export function useKeys(press: (key: string) => boolean): void {
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const inside = event.target instanceof Element && event.target.closest(TYPED) !== null;
      if (inside || event.ctrlKey || event.metaKey || event.altKey) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
