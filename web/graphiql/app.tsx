import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useMemo } from 'react';
import icon from '../shared/icon.svg';
import { useSession } from '../shared/session';
import { EXAMPLE_GROUPS } from './examples';
import { EXAMPLES_PLUGIN } from './examples-plugin';
import { Comfort } from './comfort';
import { createFetcher } from './fetcher';
import { SignIn } from './sign-in';

const PLUGINS = [EXAMPLES_PLUGIN, HISTORY_PLUGIN];
/** What a first visit shows. Later ones find their own tabs again. */
const FIRST_TABS = [{ query: EXAMPLE_GROUPS[0]?.examples[0]?.query ?? '' }];

export function App() {
  const { token } = useSession();
  // A new fetcher makes GraphiQL read the schema again, as this caller sees it.
  const fetcher = useMemo(() => createFetcher(token), [token]);
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={PLUGINS}
      visiblePlugin={EXAMPLES_PLUGIN}
      defaultTabs={FIRST_TABS}
      defaultEditorToolsVisibility="variables"
      // The API reads no header but the token's, and what is typed there would stay in localStorage.
      isHeadersEditorEnabled={false}
      shouldPersistHeaders={false}
    >
      <Comfort />
      <GraphiQL.Logo>
        <div className="brand">
          <SignIn />
          <a className="brand-link" href="/" title="About this server">
            <img src={icon} alt="" width="22" height="22" />
            rolegraph
          </a>
        </div>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
