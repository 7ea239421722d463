import { useMemo } from 'react';
import { Provider } from 'urql';
import { Route, Router, Switch } from 'wouter';
import { useSession } from '../shared/session';
import { BulkPage, OperationPage } from './bulk/page';
import { JobPage } from './job/page';
import { JobsPage } from './jobs/page';
import { KeysPage } from './keys/page';
import { createApi } from './lib/client';
import { OverviewPage } from './overview/page';
import { ReviewsPage } from './reviews/page';
import { RunPage, RunsPage } from './runs/page';
import { SignIn } from './ui/sign-in';
import { Shell } from './ui/shell';
import { Empty } from './ui/states';
import { ToastProvider } from './ui/toast';
import { WebhooksPage } from './webhooks/page';

/** Where the gateway serves the console. */
const BASE = '/console';

export function App() {
  const { token } = useSession();
  // A client of its own for every caller: what one was told is not shown to the next.
  const api = useMemo(() => createApi(token), [token]);
  if (token === null) return <SignIn />;
  return (
    <Provider value={api} key={token}>
      <Router base={BASE}>
        <ToastProvider>
          <Shell>
            <Pages />
          </Shell>
        </ToastProvider>
      </Router>
    </Provider>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={OverviewPage} />
      <Route path="/jobs" component={JobsPage} />
      <Route path="/jobs/:id">{({ id }) => <JobPage id={id} key={id} />}</Route>
      <Route path="/reviews" component={ReviewsPage} />
      <Route path="/bulk" component={BulkPage} />
      <Route path="/bulk/:id">{({ id }) => <OperationPage id={id} key={id} />}</Route>
      <Route path="/runs" component={RunsPage} />
      <Route path="/runs/:id">{({ id }) => <RunPage id={id} key={id} />}</Route>
      <Route path="/keys" component={KeysPage} />
      <Route path="/webhooks" component={WebhooksPage} />
      <Route>
        <Empty title="There is no such page">Choose one in the navigation.</Empty>
      </Route>
    </Switch>
  );
}
