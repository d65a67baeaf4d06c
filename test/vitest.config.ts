import { defineConfig } from 'vitest/config'
import { ClosingReport } from './support/closing-report.js'

const root = import.meta.dirname

/**
 * Three projects, one after the other, the files of each in parallel. An end-to-end file starts services, a keychain
 * and a browser of its own, on ports from the system and in temporary folders, so it is in nobody's way.
 */
export default defineConfig({
  test: {
    root,
    reporters: ['default', new ClosingReport(root)],
    // All of them: most tests wait for a socket, a disk or a process half of their time.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          root,
          include: ['unit/**/*.test.ts', '*.test.ts', 'conformance/*.test.ts', 'demo/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          root,
          include: ['integration/**/*.test.ts'],
          globalSetup: ['support/setup-packages.ts', 'support/setup-postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          root,
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['support/setup-packages.ts', 'support/setup-build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
