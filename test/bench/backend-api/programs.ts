/** The programs of ours that run as processes of their own, by the name of the module that is made of each. */
export const PROGRAMS = {
  'backend-api': 'bin/backend-api.ts',
  unprotected: 'test/bench/backend-api/servers/unprotected.ts',
  rows: 'test/bench/backend-api/servers/rows.ts',
  'auth-service': 'test/bench/backend-api/servers/auth-service.ts',
  'load-generator': 'test/bench/load-generator.ts',
}

export type Programs = Record<keyof typeof PROGRAMS, string>
