import { defineConfig } from 'vitest/config'
import { ClosingReport } from './support/closing-report.js'

const root = import.meta.dirname

/**
 * What the AuthService does with its database, request by request: run once more, on PostgreSQL. Not those that name
 * their databases themselves, ask for nothing that is stored, or are about a file or a process.
 */
const PROTOCOL_TESTS = [
  'authorization-code',
  'device-authorization',
  'device-code',
  'device-name',
  'introspection',
  'refresh',
  'revocation',
  'security-events',
  'token',
  'upkeep',
  'userinfo',
  'pages/browser-session',
  'pages/consent',
  'pages/logout',
  'pages/provider-linking',
  'pages/provider-sign-in',
  'pages/sign-in',
  'pages/signed-out-everywhere',
].map((name) => `integration/auth-service/${name}.test.ts`)

/**
 * Projects, one after the other, the files of each in parallel. An end-to-end file starts services, a keychain
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
          // Some make RSA keys, which may take seconds where others use the processors.
          testTimeout: 30_000,
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
          name: 'postgresql',
          root,
          include: PROTOCOL_TESTS,
          env: { AUTH_SERVICE_TEST_DATABASE: 'PostgreSQL' },
          // They have been alone once; here they share what they import, and their emptied databases.
          isolate: false,
          globalSetup: ['support/setup-postgres.ts'],
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
