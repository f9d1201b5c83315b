import type { FarmClient } from '../api/farmClient.ts';
import type { Posting } from '../api/types.ts';

const PAGE = 1000;
const MAX_PAGES = 20;

/** All that moved, as far as one page can show it. */
export interface Movements {
  /** The newest first. */
  readonly postings: readonly Posting[];
  readonly balance: number;
  /** Whether there are more than were read. */
  readonly isCut: boolean;
}

/** Reads the statement to its end, or to the most that is shown at once. */
export async function readMovements(client: Pick<FarmClient, 'statement'>, all: boolean): Promise<Movements> {
  const postings: Posting[] = [];
  let balance = 0;
  let isCut = true;
  for (let i = 0; i < MAX_PAGES && isCut; i++) {
    const page = await client.statement(PAGE, postings.at(-1)?.number ?? 0, all);
    postings.push(...page.postings);
    balance = page.balance;
    isCut = page.postings.length >= PAGE;
  }
  return { postings: postings.reverse(), balance, isCut };
}

/** Credits less debits; over the whole farm it is 0. */
export function sumOf(postings: readonly Posting[]): number {
  return postings.reduce((sum, posting) => sum + signed(posting), 0);
}

export function signed(posting: Posting): number {
  return posting.direction === 'DEBIT' ? -posting.amount : posting.amount;
}

/** A purpose of the ledger in words: "ESCROW_REFUND" is "Escrow refund". */
export function purposeText(purpose: string): string {
  const words = purpose.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
