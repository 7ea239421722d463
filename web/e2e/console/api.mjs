// The API beside the browser: to set the scene, and to see what really is.
export class Api {
  constructor(baseUrl, token) {
    this.url = new URL('/graphql', baseUrl).href;
    this.headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  }

  async ask(query, variables = {}) {
    const response = await fetch(this.url, { method: 'POST', headers: this.headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  async job(slug, fields) {
    const { job } = await this.ask(`query($slug: String!) { job(by: { slug: $slug }) { id ${fields} } }`, { slug });
    return job;
  }
}

/** Opens an address of the console, signed in. */
export async function enter(page, site, path) {
  const url = new URL(site.url(path));
  url.hash = `token=${encodeURIComponent(site.token)}`;
  await page.goto(url.href);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

export const jobPath = (id) => `/jobs/${encodeURIComponent(id)}`;
