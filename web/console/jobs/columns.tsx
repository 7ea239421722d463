import type { ReactNode } from 'react';
import type { JobOrderField, JobRowFragment } from '../generated/graphql';
import { day, words } from '../lib/format';
import { CoverageMeter, SocTag, Tag } from '../ui/badge';

export interface Column {
  id: string;
  label: string;
  /** What the list may be sorted by here. */
  order?: JobOrderField;
  /** Shown until something else is chosen. */
  usual: boolean;
  /** A width in a grid. */
  width: string;
  right?: boolean;
  cell: (job: JobRowFragment) => ReactNode;
}

export const COLUMNS: Column[] = [
  { id: 'kind', label: 'Kind', usual: false, width: '8rem', cell: (job) => words(job.kind) },
  { id: 'company', label: 'Company', usual: false, width: 'minmax(8rem, 1fr)', cell: (job) => job.company?.name ?? '–' },
  { id: 'code', label: 'SOC code', usual: true, width: '6.5rem', cell: (job) => job.soc.occupation?.code ?? '–' },
  { id: 'soc', label: 'Code is', usual: true, width: '7.5rem', cell: (job) => <SocTag status={job.soc.status} /> },
  {
    id: 'coverage',
    label: 'Coverage',
    usual: true,
    width: '11rem',
    cell: ({ coverage }) => <CoverageMeter percent={coverage.percent} sourced={coverage.sourcedPercent} />,
  },
  { id: 'enrichment', label: 'Enrichment', usual: false, width: '8rem', cell: (job) => (job.enrichment.status ? words(job.enrichment.status) : '–') },
  { id: 'published', label: 'Public', usual: false, width: '6.5rem', cell: (job) => (job.published ? <Tag tone="good">Public</Tag> : <Tag>Hidden</Tag>) },
  { id: 'version', label: 'Version', usual: false, width: '5.5rem', right: true, cell: (job) => job.version },
  { id: 'updated', label: 'Updated', order: 'UPDATED_AT', usual: true, width: '7.5rem', right: true, cell: (job) => day(job.updatedAt) },
];

export const USUAL = COLUMNS.filter((column) => column.usual).map((column) => column.id);
