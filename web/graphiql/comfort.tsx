import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** What GraphiQL has no setting for. Renders nothing. */
export function Comfort() {
  const { queryEditor, activeTab } = useGraphiQL(({ queryEditor, tabs, activeTabIndex }) => ({
    queryEditor,
    activeTab: tabs[activeTabIndex]?.id,
  }));

  // Long lines, the comments of the examples for instance, are read without scrolling.
  useEffect(() => {
    queryEditor?.updateOptions({ wordWrap: 'on' });
  }, [queryEditor]);

  // With many tabs, a new one opens out of sight.
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [activeTab]);

  return null;
}
