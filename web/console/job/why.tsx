import { useQuery } from 'urql';
import { type JobPageFragment, LayersDocument, type OriginFragment } from '../generated/graphql';
import { moment, share } from '../lib/format';
import { SourceBadge, Tag } from '../ui/badge';
import { Answered } from '../ui/states';
import type { FieldViewData } from './field';
import { Value } from './value';

interface Props {
  job: JobPageFragment;
  view: FieldViewData;
  provenance: OriginFragment;
  /** Layers are those of now. */
  withLayers: boolean;
}

/** Why a field has its value: the explanation, its parts, and the layers under it. */
export function Why({ job, view, provenance, withLayers }: Props) {
  return (
    <div className="why">
      <p className="explanation">{provenance.explanation}</p>
      <Facts of={provenance} />
      {withLayers && <LayerList job={job} view={view} />}
    </div>
  );
}

function Facts({ of }: { of: OriginFragment }) {
  const { ai, approval, override } = of;
  const rows: [string, string | null | undefined][] = [
    ['Provider', of.provider],
    ['Release', of.release],
    ['Inherited from', of.inheritedFrom && `${of.inheritedFrom.code} ${of.inheritedFrom.title}`],
    ['Fetched', of.fetchedAt && moment(of.fetchedAt)],
    ['Expires', of.expiresAt && moment(of.expiresAt)],
    ['Model', ai && `${ai.model}, prompt ${ai.promptVersion}, ${share(ai.confidence)} sure`],
    ['Drafted', ai && moment(ai.generatedAt)],
    ['Based on', ai && ai.basedOn.join(', ')],
    ['Approved', approval && `${approval.by.name}, ${moment(approval.at)}${approval.note ? `: ${approval.note}` : ''}`],
    ['Overridden', override && `${override.by.name}, ${moment(override.at)}${override.note ? `: ${override.note}` : ''}`],
    ['Attribution', of.attribution],
  ];
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function LayerList({ job, view }: { job: JobPageFragment; view: FieldViewData }) {
  const [answer] = useQuery({ query: LayersDocument, variables: { id: job.id, names: [view.field] } });
  return (
    <Answered answer={answer} what="the layers">
      {(data) => (
        <ol className="layers">
          {data.job?.fields[0]?.layers.map((layer, place) => (
            <li key={place}>
              <p className="tags">
                <SourceBadge source={layer.provenance.source} />
                <span>{layer.provenance.provider}</span>
                {layer.effective ? <Tag tone="good">Shown</Tag> : <Tag>Covered</Tag>}
              </p>
              {!layer.effective && <Value field={view.field} value={layer.value} few={3} />}
            </li>
          ))}
        </ol>
      )}
    </Answered>
  );
}
