import { writeDataFile } from '../../../server/auth-service/data-file/write-data-file.js'
import { openStore } from '../../../server/auth-service/store/open-store.js'

/** As many answers as it takes to have come to the last tables. */
const ANSWERS = 15

/*
 * A process that makes a backup and stops for ever in the middle of it, when it says so on stdout:
 * `node test/support/run-typescript.mjs test/support/auth-service/backup-until-killed.ts LOCATION FILE`.
 */
const [location = '', file = ''] = process.argv.slice(2)
const store = await openStore(JSON.parse(location), Date.now)
let answers = 0
const read = store.read.withPlugin({
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    if (++answers < ANSWERS) return result
    process.stdout.write('here\n')
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
await writeDataFile(file, { read }, { kind: 'backup', now: 1 })
