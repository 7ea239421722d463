import type { DataSource, SocStatus } from '../generated/graphql';
import { type Origin, SOURCES } from '../lib/fields';
import { number, words } from '../lib/format';

/** Who produced a value. The word says it; the colour only helps. */
export function SourceBadge({ source }: { source: DataSource | null | undefined }) {
  if (!source) return <OriginBadge origin="gap" label="Gap" />;
  const { label, origin } = SOURCES[source];
  return <OriginBadge origin={origin} label={label} />;
}

export function OriginBadge({ origin, label }: { origin: Origin; label: string }) {
  return <span className={`badge ${origin}`}>{label}</span>;
}

export function Tag({ children, tone = '' }: { children: string; tone?: 'good' | 'warn' | 'bad' | '' }) {
  return <span className={`tag ${tone}`}>{children}</span>;
}

const SOC_TONES = { APPROVED: 'good', IN_REVIEW: 'warn', PROPOSED: 'warn', UNASSIGNED: 'bad' } as const;

export function SocTag({ status }: { status: SocStatus }) {
  return <Tag tone={SOC_TONES[status]}>{words(status)}</Tag>;
}

/** Both figures of coverage: all that is filled, and what of it is official or a company's own. */
export function CoverageMeter({ percent, sourced }: { percent: number; sourced: number }) {
  const said = `${number(percent)} % filled, ${number(sourced)} % official or custom`;
  return (
    <span className="meter" title={said}>
      <span className="track" aria-hidden="true">
        <span className="filled" style={{ width: `${percent}%` }} />
        <span className="sourced" style={{ width: `${sourced}%` }} />
      </span>
      <span className="figures">
        <span className="sr">Filled </span>
        {Math.round(percent)}
        <span className="sr"> percent, official or custom </span>
        <span aria-hidden="true"> / </span>
        {Math.round(sourced)}
        <span className="sr"> percent</span>
        <span aria-hidden="true"> %</span>
      </span>
    </span>
  );
}
