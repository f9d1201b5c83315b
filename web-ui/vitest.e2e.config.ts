import { defineConfig } from 'vitest/config';

/** The page before a real farm: FARM_URL and FARM_KEY say which. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
