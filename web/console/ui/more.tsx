import type { Pages } from '../lib/pages';
import { Failed, Loading } from './states';

/** The end of a paged list: what comes next, or why it does not. */
export function More({ pages, what }: { pages: Pages<unknown>; what: string }) {
  if (pages.error) return <Failed error={pages.error} again={pages.more} />;
  if (pages.loading) return <Loading what={what} />;
  if (!pages.hasMore) return null;
  return (
    <p className="more">
      <button type="button" onClick={pages.more}>
        Show more
      </button>
    </p>
  );
}
