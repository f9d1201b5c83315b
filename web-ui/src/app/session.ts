import { createContext, useContext } from 'react';
import type { FarmClient } from '../api/farmClient.ts';
import type { Account, Farm } from '../api/types.ts';

/** What every part of the page shares: the farm under the reader's key. */
export interface Session {
  readonly client: FarmClient;
  readonly account: Account;
  readonly farm: Farm | undefined;
  /** Asks for the account again, after something that may have moved money. */
  readonly refreshAccount: () => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) {
    throw new Error('this part of the page needs a session');
  }
  return session;
}
