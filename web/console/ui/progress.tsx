/** How far something is. */
export function Progress({ done, total, label }: { done: number; total: number; label: string }) {
  return <progress max={Math.max(total, 1)} value={total === 0 ? 1 : done} aria-label={label} />;
}
