import { useSession } from '../../shared/session';

export const ADMIN = 'platform:admin';

/** May the caller do what asks for one of these scopes? The server decides; this only saves a refusal. */
export function useCan(): (...scopes: string[]) => boolean {
  const { scopes: own } = useSession();
  return (...scopes) => own.includes(ADMIN) || scopes.some((scope) => own.includes(scope));
}
