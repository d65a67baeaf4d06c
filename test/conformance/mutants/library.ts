import type { Mutant } from '../mutate.js'

const file = 'src/library/session-options.ts'
const tests = ['test/unit/src/library/session-options.test.ts']

/** What a program that is built on the library may not ask for. */
export const library: readonly Mutant[] = [
  {
    name: "another program takes authcli's own sessions for its own",
    file,
    find: 'if (application === TAKEN) throw',
    replace: 'if (false) throw',
    tests,
  },
  {
    name: 'the name of a program leads out of its place',
    file,
    find: 'if (!NAME.test(application))',
    replace: 'if (false)',
    tests,
  },
  {
    name: 'session files lie wherever a program is started',
    file,
    find: "if (typeof store === 'object' && !isAbsolute(store.folder)) {",
    replace: 'if (false) {',
    tests,
  },
]
