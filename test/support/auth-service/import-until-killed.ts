import { loadDataFile } from '../../../server/auth-service/data-file/load-data-file.js'
import { openDataFile } from '../../../server/auth-service/data-file/read-data-file.js'
import { openStore } from '../../../server/auth-service/store/open-store.js'

/*
 * A process that imports a file and stops for ever when it has come to the rows of a table, of which it then says on
 * stdout: `node test/support/run-typescript.mjs test/support/auth-service/import-until-killed.ts LOCATION FILE TABLE`.
 */
const [location = '', file = '', table = ''] = process.argv.slice(2)
const store = await openStore(JSON.parse(location), Date.now)
await loadDataFile(store, await openDataFile(file), (rows) => {
  if (rows.table !== table) return rows
  process.stdout.write('here\n')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
