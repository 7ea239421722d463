// Holds the admin console in a real browser against a running server that has the demo's jobs.
// Usage: [SCREENSHOT_DIR=DIR] node e2e/console.mjs BASE_URL TOKEN [FLOW...]
// It changes jobs of the demo: give it a database of its own. The flow `documents` wants the setting documents.mode = "enforce",
// and `scroll`, which has to be named, some thousand jobs.
// Exit status: 0 all held, 1 not.
import { Api } from './console/api.mjs';
import { dialogsFlow } from './console/dialogs.mjs';
import { documentsFlow } from './console/documents.mjs';
import { editFlow } from './console/edit.mjs';
import { jobFlow } from './console/job.mjs';
import { jobsFlow } from './console/jobs.mjs';
import { looks, zoom } from './console/looks.mjs';
import { manageFlow } from './console/manage.mjs';
import { reviewsFlow } from './console/reviews.mjs';
import { scrollFlow } from './console/scroll.mjs';
import { signInFlow } from './console/sign-in.mjs';
import { Kit } from './kit.mjs';

const [baseUrl, token, ...only] = process.argv.slice(2);
const screenshots = process.env.SCREENSHOT_DIR;
if (!token) {
  console.error('Usage: [SCREENSHOT_DIR=DIR] node e2e/console.mjs BASE_URL TOKEN [FLOW...]');
  process.exit(1);
}

const kit = new Kit({ baseUrl, screenshots });
const site = { kit, token, api: new Api(baseUrl, token), url: (path) => new URL(`/console${path}`, baseUrl).href };

const flows = {
  looks,
  zoom,
  dialogs: dialogsFlow,
  signIn: signInFlow,
  jobs: jobsFlow,
  job: jobFlow,
  edit: editFlow,
  manage: manageFlow,
  reviews: reviewsFlow,
  documents: documentsFlow,
  scroll: scrollFlow,
};
for (const [name, flow] of Object.entries(flows)) if (only.length === 0 ? name !== 'scroll' : only.includes(name)) await flow(site);
kit.end('The console');
