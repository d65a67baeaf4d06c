import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that only this user can enter, and the way to be rid of it. */
export interface TemporaryFolder {
  path: string
  /** Removes the folder and everything in it. Does nothing the second time. */
  remove(): void
}

const folders = new Set<string>()
process.once('exit', () => {
  for (const path of folders) removeFolder(path)
})

/** Makes an empty folder below the system's temporary folder. It is also removed when this process exits. */
export function makeTemporaryFolder(purpose: string): TemporaryFolder {
  const path = mkdtempSync(join(realpathSync(tmpdir()), `authcli-${purpose}-`))
  folders.add(path)
  return { path, remove: () => removeFolder(path) }
}

function removeFolder(path: string): void {
  // Again a few times: a browser or a daemon that was just killed may still be writing.
  rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  folders.delete(path)
}
