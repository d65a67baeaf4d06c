import { defineConfig } from 'vitest/config'

/**
 * Three projects: unit and integration files run in parallel; end-to-end files run one at a time, because
 * each starts real services, a keychain and a browser on what may be two cores.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', root: 'test', include: ['unit/**/*.test.ts', '*.test.ts'] } },
      {
        test: {
          name: 'integration',
          root: 'test',
          include: ['integration/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          root: 'test',
          include: ['e2e/**/*.test.ts', 'conformance/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
