import type { Farm } from '../api/types.ts';
import { amount, plural } from '../text/format.ts';

export function Footer({ farm }: { farm: Farm | undefined }) {
  return (
    <footer className="footer">
      {farm === undefined ? (
        <span>Tilth</span>
      ) : (
        <>
          <span>
            {farm.name} {farm.version}
          </span>
          {farm.workers !== undefined && (
            <span>
              {plural(farm.workers.total, 'worker')}, {farm.workers.trusted} trusted
            </span>
          )}
          {farm.priceRenderPerMillion !== undefined && <span>{amount(farm.priceRenderPerMillion)} per million rays</span>}
        </>
      )}
    </footer>
  );
}
