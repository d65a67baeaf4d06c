import { createInterface } from 'node:readline'
import { createAbstractSocketNames } from '../../../src/session/abstract-socket-names.js'
import { createSessionLock } from '../../../src/session/session-lock.js'

/**
 * Takes a lock of the name and user in its arguments, says `held` and `released` on stdout, everything else
 * on stderr, and lets go when its stdin says `release`, or at once when the third argument is `at-once`.
 */
const [name = '', uid = '', how = '', waitSeconds = '30'] = process.argv.slice(2)
const lines = createInterface(process.stdin)[Symbol.asyncIterator]()
const lock = createSessionLock(
  {
    names: createAbstractSocketNames(process.pid),
    uid,
    talk: { say: (line) => process.stderr.write(`${line}\n`) },
    signal: new AbortController().signal,
  },
  { waitSeconds: Number(waitSeconds) },
)

try {
  await lock.hold([name], async () => {
    process.stdout.write('held\n')
    if (how !== 'at-once') await lines.next()
    process.stdout.write('released\n')
  })
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error && 'code' in error ? error.code : error}\n`)
  process.exit(5)
}
