/** One line of the table: files below `from` may import their own folder and what `may` names. */
export interface Layer {
  from: string
  may: readonly string[]
}

/**
 * Who may import whom, types and `import()` included. A pattern is a path from the project's folder: one that
 * ends in `/` means everything below, `*` means one folder. The first line that fits a file counts.
 */
export const LAYERS: readonly Layer[] = [
  // `bin/library.ts` is what `import 'authcli'` means: the library with the real clock, environment and user, so that
  // `src/index.ts` takes them from nobody but its caller, like everything else in `src/`.
  { from: 'bin/', may: ['src/cli/', 'src/index.ts', 'server/*/main.ts', 'package.json'] },
  { from: 'src/index.ts', may: ['src/library/', 'src/login/', 'src/session/'] },
  { from: 'src/library/', may: ['src/discovery/', 'src/login/', 'src/session/', 'src/api/'] },
  { from: 'src/cli/', may: ['src/discovery/', 'src/login/', 'src/session/', 'src/api/'] },
  { from: 'src/login/', may: ['src/discovery/', 'src/session/'] },
  { from: 'src/api/', may: ['src/discovery/', 'src/session/'] },
  { from: 'src/session/', may: ['src/discovery/'] },
  { from: 'src/discovery/', may: [] },
  { from: 'src/http.ts', may: ['src/http-exchange.ts', 'src/http-proxy.ts', 'src/http-failure.ts'] },
  { from: 'src/http-exchange.ts', may: ['src/http-streaming.ts'] },
  { from: 'src/', may: [] },
  { from: 'server/auth-service/', may: [] },
  { from: 'server/backend-api/', may: [] },
]

/** What every file below `src/` may import beside its line in the table. */
export const FOUNDATION = ['src/errors.ts', 'src/http.ts', 'src/interruption.ts', 'src/trace.ts']

/** Every package that the programs use, and the only places that may import it. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  commander: ['src/cli/', 'server/*/commands/', 'server/*/main.ts'],
  open: ['src/login/system-browser.ts'],
  qr: ['src/cli/login/qr-code.ts'],
  'openid-client': ['src/discovery/', 'src/login/', 'src/session/', 'server/auth-service/providers/'],
  undici: ['src/http-exchange.ts', 'src/http-streaming.ts', 'src/undici.d.ts', 'server/*/http.ts'],
  keytar: ['src/session/keytar-keychain.ts'],
  fastify: ['server/'],
  'fastify-plugin': ['server/'],
  '@fastify/cookie': ['server/'],
  '@fastify/swagger': ['server/'],
  '@fastify/type-provider-typebox': ['server/'],
  jose: ['server/'],
  typebox: ['server/'],
  kysely: ['server/*/store/'],
  libsql: ['server/*/store/'],
  pg: ['server/*/store/'],
  '@node-rs/argon2': ['server/auth-service/passwords.ts'],
}

/** Parts of Node that only these files of `src/` may import. */
export const NODE_MODULES_OF_SRC: Readonly<Record<string, readonly string[]>> = {
  'node:http': ['src/login/loopback-redirect.ts'],
  'node:https': [],
  // `authcli exec` is there to start a program.
  'node:child_process': ['src/cli/exec/child-program.ts'],
}

/** Where the clock, the environment, the console and chance may be taken from the surroundings. */
export const AMBIENT_ALLOWED = ['bin/', 'server/*/main.ts']

/** Takes `nextTick` from node:process, which is about the event loop and tells nothing of the surroundings. */
export const NEXT_TICK_ALLOWED = ['server/auth-service/store/turn.ts']

/** Names that say nothing about what a file is about. */
export const EMPTY_NAMES = ['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'misc', 'manager']

export const MAX_LINES = 300

/** Exports that nothing but tests uses, each with its reason. */
export const EXPORTED_FOR_TESTS: Readonly<Record<string, string>> = {}

/** Whether a path lies where a pattern says: see `LAYERS`. */
export function fits(path: string, pattern: string): boolean {
  const expression = pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]+')
  return new RegExp(`^${expression}${pattern.endsWith('/') ? '' : '$'}`).test(path)
}

/** Whether a path lies where one of the patterns says. */
export function fitsOne(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => fits(path, pattern))
}
