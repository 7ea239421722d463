import { useQuery } from 'urql';
import { CompaniesDocument } from '../generated/graphql';
import { useCan, ADMIN } from '../lib/access';

/** Whose something is. Only the platform chooses. */
export function CompanyChoice({ value, change }: { value: string; change: (id: string) => void }) {
  const can = useCan();
  const [{ data }] = useQuery({ query: CompaniesDocument, variables: { first: 100 } });
  if (!can(ADMIN)) return null;
  return (
    <label className="field">
      <span>Company</span>
      <select value={value} onChange={(event) => change(event.target.value)}>
        <option value="">The platform</option>
        {data?.companies.nodes.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
