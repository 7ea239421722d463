import type { JobField } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { number, percent, words } from '../lib/format';
import { isObject, type Json } from '../lib/items';

type Row = [string, Json | undefined];

/** A value that is no list: its parts, each with its name. */
export function Whole({ field, value }: { field: JobField; value: Record<string, Json> }) {
  const rows = (ROWS[FIELDS[field].shape]?.(value) ?? Object.entries(value)).filter(([, shown]) => shown !== undefined && shown !== null);
  return (
    <dl className="facts whole">
      {rows.map(([name, shown]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof shown === 'number' ? number(shown) : String(shown)}</dd>
        </div>
      ))}
    </dl>
  );
}

const ROWS: Partial<Record<string, (value: Record<string, Json>) => Row[]>> = {
  education: (value) => [
    ['Typical level', value['typicalLevel']],
    ['Job zone', value['jobZone']],
    ['Answers', distribution(value['distribution'])],
  ],
  experience: (value) => [
    ['Typical experience', value['typical']],
    ['On-the-job training', value['onTheJobTraining']],
    ['Job zone', value['jobZone']],
  ],
  outlook: (value) => [
    ['Growth', typeof value['growth'] === 'string' ? words(value['growth']) : undefined],
    ['Change', typeof value['percentChange'] === 'number' ? percent(value['percentChange']) : undefined],
    [`Employment ${plainYear(value['baseYear'])}`, value['employment']],
    [`Employment ${plainYear(value['projectedYear'])}`, value['projectedEmployment']],
    ['Openings a year', value['annualOpenings']],
  ],
};

function plainYear(value: Json | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}

function distribution(value: Json | undefined): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value
    .filter(isObject)
    .map((share) => `${String(share['level'])} ${percent(Number(share['percent']))}`)
    .join(' · ');
}
