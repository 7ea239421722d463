import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';

export interface Toast {
  text: string;
  tone: 'good' | 'bad';
  action?: { label: string; run: () => void };
}

const LASTS_MS = 8_000;
const Context = createContext<(toast: Toast) => void>(() => {});

/** Tells something in passing. What has to be read stays on the page itself. */
export const useToast = () => useContext(Context);

let last = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Toast & { id: number })[]>([]);
  const close = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const tell = useCallback(
    (toast: Toast) => {
      const id = (last += 1);
      setToasts((all) => [...all.slice(-2), { ...toast, id }]);
      window.setTimeout(() => close(id), LASTS_MS);
    },
    [close],
  );
  return (
    <Context value={tell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, tone, action }) => (
          <div key={id} className={`toast ${tone}`}>
            <p>{text}</p>
            {action && (
              <button
                type="button"
                onClick={() => {
                  close(id);
                  action.run();
                }}
              >
                {action.label}
              </button>
            )}
            <button type="button" className="quiet" aria-label="Close this message" onClick={() => close(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
    </Context>
  );
}
