import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { currentToken } from '../shared/session';
import { EXAMPLE_GROUPS, type Example, lookUpVariables } from './examples';

/** The list of ready operations, beside the editor from the first visit on. */
export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title: 'Examples',
  icon: ExamplesIcon,
  content: Examples,
};

function Examples() {
  const current = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.query);
  const open = useOpenExample();
  return (
    <nav className="examples" aria-label="Examples">
      <h2 className="examples-title">Examples</h2>
      {EXAMPLE_GROUPS.map((group) => (
        <section key={group.title}>
          <h3>{group.title}</h3>
          <ul>
            {group.examples.map((example) => (
              <li key={example.name}>
                <button
                  type="button"
                  data-example={example.name}
                  aria-current={example.query === current ? 'true' : undefined}
                  onClick={() => void open(example)}
                >
                  {example.title}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

/** Shows the tab that holds the example unchanged, or opens a new one: nobody's edits are lost. */
function useOpenExample(): (example: Example) => Promise<void> {
  const { tabs, queryEditor, variableEditor } = useGraphiQL(
    ({ tabs, queryEditor, variableEditor }) => ({ tabs, queryEditor, variableEditor }),
  );
  const { addTab, changeTab, updateActiveTabValues } = useGraphiQLActions();

  return async (example) => {
    const opened = tabs.findIndex((tab) => tab.query === example.query);
    if (opened >= 0) {
      changeTab(opened);
      return;
    }
    const variables = await lookUpVariables(example, currentToken());
    addTab();
    updateActiveTabValues({ query: example.query, variables });
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(variables);
  };
}

function ExamplesIcon(props: React.SVGProps<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
      <path d="M3 4.5h1M3 10h1M3 15.5h1M7 4.5h10M7 10h10M7 15.5h7" strokeLinecap="round" />
    </svg>
  );
}
